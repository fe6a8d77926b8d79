import { speedOf } from "./mapping";
import type { Clip, Timeline, Track } from "./project";

const links = new WeakMap<Track, ReadonlySet<string>>();

/**
 * Whether a clip's source has sound that is not heard: films play only audio tracks, and none has a clip linked with
 * this one. A frozen clip has no sound.
 */
export function keepsSound(timeline: Timeline, clip: Clip): boolean {
  const { source, link } = clip;
  if (source.kind !== "video" && source.kind !== "shot") return false;
  if (!source.has_sound || speedOf(clip).over === 0n) return false;
  return !link || !timeline.tracks.some((track) => track.kind === "audio" && linksOf(track).has(link));
}

/** The links of a track's clips, cached: edits make new tracks, so each track is searched once. */
function linksOf(track: Track): ReadonlySet<string> {
  const known = links.get(track);
  if (known !== undefined) return known;
  const found = new Set(track.clips.flatMap((clip) => clip.link ?? []));
  links.set(track, found);
  return found;
}
