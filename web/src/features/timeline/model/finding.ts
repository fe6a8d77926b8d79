import type { Fraction } from "./fraction";
import { endOf, headRoom, tailRoom } from "./mapping";
import type { Clip, Project, Shot, Timeline, Track, Transition } from "./project";

/** Frames up to the end of the last clip; prompts do not make a film longer. */
export function durationOf(timeline: Timeline): number {
  const ends = timeline.tracks.filter((track) => track.kind !== "prompt").map((track) => track.clips.at(-1));
  return Math.max(0, ...ends.map((clip) => (clip === undefined ? 0 : endOf(clip))));
}

export interface Lying {
  track: Track;
  clip: Clip;
  /** Its place among the clips of its track. */
  index: number;
}

export function findClip(timeline: Timeline, id: string | null | undefined): Lying | null {
  if (!id) return null;
  for (const track of timeline.tracks) {
    const index = track.clips.findIndex((clip) => clip.id === id);
    const clip = track.clips[index];
    if (clip !== undefined) return { track, clip, index };
  }
  return null;
}

/** Clips with all that they are linked with, each once; without links if `alone`. */
export function groupOf(timeline: Timeline, ids: readonly string[], alone = false): Lying[] {
  const wanted = new Set(ids);
  const links = new Set<string>();
  const group: Lying[] = [];
  if (!alone)
    for (const { clips } of timeline.tracks)
      for (const { id, link } of clips) if (link && wanted.has(id)) links.add(link);
  for (const track of timeline.tracks)
    track.clips.forEach((clip, index) => {
      if (wanted.has(clip.id) || (clip.link && links.has(clip.link))) group.push({ track, clip, index });
    });
  return group;
}

/** The first clip that ends after a frame, by halving: tracks have thousands. */
export function firstAfter(clips: readonly Clip[], frame: number): number {
  let [low, high] = [0, clips.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const clip = clips[middle];
    if (clip !== undefined && endOf(clip) <= frame) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function clipAt(track: Track, frame: number): Clip | null {
  const clip = track.clips[firstAfter(track.clips, frame)];
  return clip !== undefined && clip.start <= frame ? clip : null;
}

/** Whether a track has no clip on these frames. */
export function isFree(track: Track, start: number, end: number): boolean {
  const next = track.clips[firstAfter(track.clips, start)];
  return next === undefined || next.start >= end;
}

/** The uppermost open track on which frames are free, and free on all above it, so that what comes there is seen. */
export function freeOnTop({ tracks }: Timeline, start: number, end: number): Track | null {
  for (const track of tracks.filter((one) => one.kind === "video").reverse()) {
    if (!isFree(track, start, end)) return null;
    if (!track.locked && !track.muted) return track;
  }
  return null;
}

/** Whether a frame lies between clips, or before the first of them; behind the last there is no gap. */
export function isGap(track: Track, frame: number): boolean {
  return track.clips[firstAfter(track.clips, frame)] !== undefined && clipAt(track, frame) === null;
}

export function shotOf(project: Project, clip: Clip): Shot | null {
  const { source } = clip;
  return source.kind === "shot" ? (project.shots.find((shot) => shot.id === source.shot) ?? null) : null;
}

/** The asset whose picture stands for a clip: its media, or its shot's accepted take. */
export function assetOf(project: Project, clip: Clip): string | null {
  const { source } = clip;
  if (source.kind === "shot")
    return shotOf(project, clip)?.takes.find((take) => take.state === "accepted")?.asset ?? null;
  return source.kind === "colour" || source.kind === "title" || source.kind === "prompt" ? null : source.asset;
}

/** What a clip is called where it has no name of its own; empty where nothing calls it anything. */
export function nameOf(project: Project, clip: Clip): string {
  if (clip.name) return clip.name;
  const { source } = clip;
  if (source.kind === "prompt") return source.text;
  if (source.kind === "title") return source.text.replaceAll("\n", " ");
  if (source.kind === "colour") return source.colour;
  if (source.kind === "shot") return shotOf(project, clip)?.name ?? "";
  return source.name ?? "";
}

/** All frames at which something begins or ends, in order. */
export function cutsOf(timeline: Timeline): number[] {
  const cuts = new Set([0]);
  for (const track of timeline.tracks) {
    for (const clip of track.clips) {
      cuts.add(clip.start);
      cuts.add(endOf(clip));
    }
  }
  return [...cuts].sort((one, other) => one - other);
}

export interface Cut {
  track: Track;
  left: Clip;
  right: Clip;
  transition: Transition | null;
}

/** The cut of a clip that lies nearest to a frame: where it meets the one before or after. */
export function cutNear(timeline: Timeline, id: string, frame: number): Cut | null {
  const lying = findClip(timeline, id);
  if (lying === null) return null;
  const { track, clip, index } = lying;
  const pairs = [
    [track.clips[index - 1], clip],
    [clip, track.clips[index + 1]],
  ] as const;
  let best: Cut | null = null;
  for (const [left, right] of pairs) {
    if (left === undefined || right === undefined || endOf(left) !== right.start) continue;
    if (best !== null && Math.abs(best.right.start - frame) <= Math.abs(right.start - frame)) continue;
    const transition = track.transitions?.find((one) => one.left === left.id && one.right === right.id) ?? null;
    best = { track, left, right, transition };
  }
  return best;
}

/** Frames that a transition may take of either side: both clips last as long, and the other's source goes on under them. */
export function roomAt({ track, left, right }: Cut, rate: Fraction): Pick<Transition, "before" | "after"> {
  const others = track.transitions ?? [];
  const taken = others.find((one) => one.right === left.id)?.after ?? 0;
  const kept = others.find((one) => one.left === right.id)?.before ?? 0;
  return {
    before: Math.min(left.duration - taken, headRoom(right, rate)),
    after: Math.min(right.duration - kept, tailRoom(left, rate)),
  };
}

/** Tracks as they are shown, from top to bottom: pictures and prompts as they lie over one another, then sounds. */
export function shownTracks(timeline: Timeline): Track[] {
  const pictures = timeline.tracks.filter((track) => track.kind !== "audio").reverse();
  return [...pictures, ...timeline.tracks.filter((track) => track.kind === "audio")];
}
