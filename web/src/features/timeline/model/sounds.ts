import { speedOf } from "./mapping";
import type { Clip, Timeline, Track } from "./project";

const links = new WeakMap<Track, ReadonlySet<string>>();

/**
 * Whether a clip shows a source that sounds and has no clip on a sound track linked with it: films sound by their
 * sound tracks only. A clip that stands still has no sound to give.
 */
export function keepsSound(timeline: Timeline, clip: Clip): boolean {
  const { source, link } = clip;
  if (source.kind !== "video" && source.kind !== "shot") return false;
  if (!source.has_sound || speedOf(clip).over === 0n) return false;
  return !link || !timeline.tracks.some((track) => track.kind === "audio" && linksOf(track).has(link));
}

/** The links of a track's clips. Edits make new tracks of those that they touch, so each is gone through once. */
function linksOf(track: Track): ReadonlySet<string> {
  const known = links.get(track);
  if (known !== undefined) return known;
  const found = new Set(track.clips.flatMap((clip) => clip.link ?? []));
  links.set(track, found);
  return found;
}
