import type { Fraction } from "./fraction";
import { endOf, headRoom, tailRoom } from "./mapping";
import type { Clip, Project, Shot, Timeline, Track, Transition } from "./project";

/** Frames up to the end of the last clip; prompts do not lengthen a film. */
export function durationOf(timeline: Timeline): number {
  const ends = timeline.tracks.filter((track) => track.kind !== "prompt").map((track) => track.clips.at(-1));
  return Math.max(0, ...ends.map((clip) => (clip === undefined ? 0 : endOf(clip))));
}

export interface Lying {
  track: Track;
  clip: Clip;
  /** Index among the clips of its track. */
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

/** Clips with all clips linked to them, each once; without links if `alone`. */
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

/** Index of the first clip that ends after a frame; a binary search, as tracks have thousands of clips. */
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

/** Whether a track has no clip in a range of frames. */
export function isFree(track: Track, start: number, end: number): boolean {
  const next = track.clips[firstAfter(track.clips, start)];
  return next === undefined || next.start >= end;
}

/** The uppermost unlocked, unmuted video track that is free in a range, if all tracks above are free there, too. */
export function freeOnTop({ tracks }: Timeline, start: number, end: number): Track | null {
  for (const track of tracks.filter((one) => one.kind === "video").reverse()) {
    if (!isFree(track, start, end)) return null;
    if (!track.locked && !track.muted) return track;
  }
  return null;
}

/** Whether a frame lies in a gap before a clip; after the last clip there is no gap. */
export function isGap(track: Track, frame: number): boolean {
  return track.clips[firstAfter(track.clips, frame)] !== undefined && clipAt(track, frame) === null;
}

export function shotOf(project: Project, clip: Clip): Shot | null {
  const { source } = clip;
  return source.kind === "shot" ? (project.shots.find((shot) => shot.id === source.shot) ?? null) : null;
}

/** The asset whose picture represents a clip: its media, or its shot's accepted take. */
export function assetOf(project: Project, clip: Clip): string | null {
  const { source } = clip;
  if (source.kind === "shot")
    return shotOf(project, clip)?.takes.find((take) => take.state === "accepted")?.asset ?? null;
  return source.kind === "colour" || source.kind === "title" || source.kind === "prompt" ? null : source.asset;
}

/** A clip's own name or one from its source; empty if there is none. */
export function nameOf(project: Project, clip: Clip): string {
  if (clip.name) return clip.name;
  const { source } = clip;
  if (source.kind === "prompt") return source.text;
  if (source.kind === "title") return source.text.replaceAll("\n", " ");
  if (source.kind === "colour") return source.colour;
  if (source.kind === "shot") return shotOf(project, clip)?.name ?? "";
  return source.name ?? "";
}

/** All frames at which a clip begins or ends, in order. */
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

/** The cuts between a clip and its neighbours, in order. */
export function cutsAt(timeline: Timeline, id: string): Cut[] {
  const lying = findClip(timeline, id);
  if (lying === null) return [];
  const { track, clip, index } = lying;
  const pairs = [
    [track.clips[index - 1], clip],
    [clip, track.clips[index + 1]],
  ] as const;
  return pairs.flatMap(([left, right]) => {
    if (left === undefined || right === undefined || endOf(left) !== right.start) return [];
    const transition = track.transitions?.find((one) => one.left === left.id && one.right === right.id) ?? null;
    return [{ track, left, right, transition }];
  });
}

/** The cut nearest to a frame between a clip and one of its neighbours. */
export function cutNear(timeline: Timeline, id: string, frame: number): Cut | null {
  const [first = null, second] = cutsAt(timeline, id);
  if (first === null || second === undefined) return first;
  return Math.abs(first.right.start - frame) <= Math.abs(second.right.start - frame) ? first : second;
}

/** Most frames a transition may take on each side: limited by the clips and by their sources beyond the cut. */
export function roomAt({ track, left, right }: Cut, rate: Fraction): Pick<Transition, "before" | "after"> {
  const others = track.transitions ?? [];
  const taken = others.find((one) => one.right === left.id)?.after ?? 0;
  const kept = others.find((one) => one.left === right.id)?.before ?? 0;
  return {
    before: Math.min(left.duration - taken, headRoom(right, rate)),
    after: Math.min(right.duration - kept, tailRoom(left, rate)),
  };
}

/** Tracks as shown, from top to bottom: video and prompt tracks in layer order, then audio tracks. */
export function shownTracks(timeline: Timeline): Track[] {
  const pictures = timeline.tracks.filter((track) => track.kind !== "audio").reverse();
  return [...pictures, ...timeline.tracks.filter((track) => track.kind === "audio")];
}
