import type { Command, Edge, MoveMode } from "../model/commands";
import { findClip, groupOf, type Lying, shownTracks } from "../model/finding";
import type { Fraction } from "../model/fraction";
import { endOf, headRoom, stepOf, tailRoom, timed } from "../model/mapping";
import type { Clip, Timeline, Track } from "../model/project";
import { nearest, snapPoints, snappedBy } from "../model/snapping";
import { crossfadeOf, type Fade } from "./prompts";

export type DragKind = "move" | "trim" | "ripple" | "roll" | "slip" | "slide" | "fade";

export interface Drag {
  kind: DragKind;
  /** The clip under the pointer when the drag began. */
  clip: string;
  edge: Edge;
  /** All clips that move, including `clip`. */
  chosen: readonly string[];
  /** Frames that the pointer has moved to the right. */
  by: number;
  /** The track under the pointer. */
  over: string | null;
}

export interface Options {
  rate: Fraction;
  /** Distance in frames within which edges snap; 0 turns snapping off. */
  reach: number;
  playhead: number;
  alone: boolean;
  mode: MoveMode;
}

export interface Ghost {
  /** The clips' positions after the drag. */
  clips: { id: string; track: string; start: number; duration: number }[];
  fade?: Fade;
  /** The frame it snapped to. */
  snap: number | null;
  /** Frames moved, after snapping and limits. */
  by: number;
  command: Command | null;
}

/** The result of a drag: the clips' new positions, and the edit that puts them there. */
export function ghostOf(timeline: Timeline, drag: Drag, options: Options): Ghost {
  const held = findClip(timeline, drag.clip);
  if (held === null) return { clips: [], snap: null, by: 0, command: null };
  switch (drag.kind) {
    case "move":
      return moving(timeline, held, drag, options);
    case "trim":
    case "ripple":
      return trimming(timeline, held, drag, options);
    case "roll":
      return rolling(timeline, held, drag, options);
    case "slip":
      return slipping(timeline, held, drag, options);
    case "slide":
      return sliding(timeline, held, drag, options);
    case "fade":
      return fading(timeline, held, drag, options);
  }
}

const NOTHING: ReadonlySet<string> = new Set();
const alone = (options: Options) => (options.alone ? { alone: true } : {});

function moving(timeline: Timeline, held: Lying, drag: Drag, options: Options): Ghost {
  const group = groupOf(timeline, drag.chosen, options.alone);
  const ids = new Set(group.map(({ clip }) => clip.id));
  const edges = [held.clip.start, endOf(held.clip)];
  const points = snapPoints(timeline, ids, options.playhead);
  const snap = snappedBy(drag.by, edges, points, options.reach);
  const by = Math.max(snap.by, -Math.min(...group.map(({ clip }) => clip.start))) || 0; // never -0
  const track = targetOf(timeline, held.track, drag.over);
  const lead = held.track.id;
  const clips = group.map(({ clip, track: own }) => ({
    id: clip.id,
    track: own.id === lead ? track.id : own.id,
    start: clip.start + by,
    duration: clip.duration,
  }));
  const still = by === 0 && track.id === lead;
  const chosen = [held.clip.id, ...drag.chosen.filter((id) => id !== held.clip.id)];
  return {
    clips,
    by,
    snap: by === snap.by ? snap.at : null,
    command: still
      ? null
      : {
          edit: "move",
          clips: chosen,
          to: held.clip.start + by,
          ...(track.id === lead ? {} : { track: track.id }),
          mode: options.mode,
          ...alone(options),
        },
  };
}

/** The track under the pointer if it is unlocked and of the same kind, or else the clip's own. */
function targetOf(timeline: Timeline, own: Track, over: string | null): Track {
  const wanted = timeline.tracks.find((track) => track.id === over);
  return wanted !== undefined && wanted.kind === own.kind && !wanted.locked ? wanted : own;
}

function trimming(timeline: Timeline, held: Lying, drag: Drag, options: Options): Ghost {
  const group = groupOf(timeline, [held.clip.id], options.alone);
  const { edge } = drag;
  const ripple = drag.kind === "ripple";
  const wanted = snapEdge(timeline, edge === "head" ? held.clip.start : endOf(held.clip), drag, options, group);
  const by = limited(
    wanted.by,
    group.map(({ clip, track, index }) => trimLimits(clip, track, index, edge, ripple, options.rate)),
  );
  const clips = group.map(({ clip, track }) => ({ id: clip.id, track: track.id, ...trimmed(clip, edge, by, ripple) }));
  const edit = ripple ? "ripple_trim" : "trim";
  const command: Command = { edit, clip: held.clip.id, edge, by, ...alone(options) };
  return { clips, by, snap: by === wanted.by ? wanted.at : null, command: by === 0 ? null : command };
}

function trimmed(clip: Clip, edge: Edge, by: number, ripple: boolean) {
  if (edge === "tail") return { start: clip.start, duration: clip.duration + by };
  return { start: ripple ? clip.start : clip.start + by, duration: clip.duration - by };
}

type Limits = readonly [number, number];

/** How far an edge may move: not past the source, the clip's other edge, or the neighbouring clips. */
export function trimLimits(
  clip: Clip,
  track: Track,
  index: number,
  edge: Edge,
  ripple: boolean,
  rate: Fraction,
): Limits {
  const before = track.clips[index - 1];
  const after = track.clips[index + 1];
  if (edge === "head") {
    const free = ripple ? Number.POSITIVE_INFINITY : clip.start - (before === undefined ? 0 : endOf(before));
    return [-Math.min(headRoom(clip, rate), free), clip.duration - 1];
  }
  const free = ripple || after === undefined ? Number.POSITIVE_INFINITY : after.start - endOf(clip);
  return [1 - clip.duration, Math.min(tailRoom(clip, rate), free)];
}

function rolling(timeline: Timeline, held: Lying, drag: Drag, options: Options): Ghost {
  const { track, index } = held;
  const left = drag.edge === "tail" ? held.clip : track.clips[index - 1];
  const right = drag.edge === "tail" ? track.clips[index + 1] : held.clip;
  if (left === undefined || right === undefined || endOf(left) !== right.start)
    return { clips: [], snap: null, by: 0, command: null };
  const pair = [left, right].map((clip, place) => ({ clip, track, index: place }));
  const wanted = snapEdge(timeline, right.start, drag, options, pair);
  const by = limited(wanted.by, [
    [1 - left.duration, tailRoom(left, options.rate)],
    [-headRoom(right, options.rate), right.duration - 1],
  ]);
  const clips = [
    { id: left.id, track: track.id, start: left.start, duration: left.duration + by },
    { id: right.id, track: track.id, start: right.start + by, duration: right.duration - by },
  ];
  const command: Command = { edit: "roll", clip: left.id, by, ...alone(options) };
  return { clips, by, snap: by === wanted.by ? wanted.at : null, command: by === 0 ? null : command };
}

/** A slip: the picture follows the pointer, so dragging to the right shows earlier source frames. */
function slipping(timeline: Timeline, held: Lying, drag: Drag, options: Options): Ghost {
  const group = groupOf(timeline, [held.clip.id], options.alone).filter(({ clip }) => timed(clip) !== null);
  const moves = group.filter(({ clip }) => stepOf(clip, options.rate).over !== 0n);
  const limits = moves.map(({ clip }): Limits => [-headRoom(clip, options.rate), tailRoom(clip, options.rate)]);
  const by = group.length === 0 ? 0 : limited(-drag.by, limits);
  const clips = group.map(({ clip, track }) => ({
    ...{ id: clip.id, track: track.id, start: clip.start },
    duration: clip.duration,
  }));
  const command: Command = { edit: "slip", clip: held.clip.id, by, ...alone(options) };
  return { clips, by, snap: null, command: by === 0 ? null : command };
}

function sliding(timeline: Timeline, held: Lying, drag: Drag, options: Options): Ghost {
  const group = groupOf(timeline, [held.clip.id], options.alone);
  const wanted = snappedBy(
    drag.by,
    [held.clip.start, endOf(held.clip)],
    snapPoints(timeline, new Set(group.map(({ clip }) => clip.id)), options.playhead),
    options.reach,
  );
  const by = limited(
    wanted.by,
    group.map((lying) => slideLimits(lying, options.rate)),
  );
  const clips = group.flatMap(({ clip, track, index }) => {
    const [before, after] = [track.clips[index - 1], track.clips[index + 1]];
    const own = { id: clip.id, track: track.id, start: clip.start + by, duration: clip.duration };
    const beside = [];
    if (before !== undefined && endOf(before) === clip.start)
      beside.push({ id: before.id, track: track.id, start: before.start, duration: before.duration + by });
    if (after !== undefined && after.start === endOf(clip))
      beside.push({ id: after.id, track: track.id, start: after.start + by, duration: after.duration - by });
    return [own, ...beside];
  });
  const command: Command = { edit: "slide", clip: held.clip.id, by, ...alone(options) };
  return { clips, by, snap: by === wanted.by ? wanted.at : null, command: by === 0 ? null : command };
}

function fading(timeline: Timeline, { clip }: Lying, drag: Drag, options: Options): Ghost {
  const now = crossfadeOf(clip);
  const points = snapPoints(timeline, NOTHING, options.playhead);
  const wanted = snappedBy(drag.by, [clip.start + now], points, options.reach);
  const by = limited(wanted.by, [[-now, clip.duration - now]]);
  const command: Command = { edit: "set_prompt", clip: clip.id, crossfade: now + by };
  return {
    clips: [],
    fade: { clip: clip.id, frames: now + by },
    by,
    snap: by === wanted.by ? wanted.at : null,
    command: by === 0 ? null : command,
  };
}

function slideLimits({ clip, track, index }: Lying, rate: Fraction): Limits {
  const [before, after] = [track.clips[index - 1], track.clips[index + 1]];
  let [least, most] = [-clip.start, Number.POSITIVE_INFINITY];
  if (before !== undefined) {
    const meets = endOf(before) === clip.start;
    least = meets ? 1 - before.duration : endOf(before) - clip.start;
    if (meets) most = Math.min(most, tailRoom(before, rate));
  }
  if (after !== undefined) {
    const meets = after.start === endOf(clip);
    most = Math.min(most, meets ? after.duration - 1 : after.start - endOf(clip));
    if (meets) least = Math.max(least, -headRoom(after, rate));
  }
  return [least, most];
}

function snapEdge(timeline: Timeline, at: number, drag: Drag, options: Options, group: readonly Lying[]) {
  const points = snapPoints(timeline, new Set(group.map(({ clip }) => clip.id)), options.playhead);
  const found = nearest(at + drag.by, points, options.reach);
  return found === null ? { by: drag.by, at: null } : { by: found - at, at: found };
}

function limited(by: number, limits: readonly Limits[]): number {
  const least = Math.max(...limits.map(([low]) => low), Number.NEGATIVE_INFINITY);
  const most = Math.min(...limits.map(([, high]) => high), Number.POSITIVE_INFINITY);
  return Math.min(Math.max(by, least), Math.max(least, most)) || 0; // never -0
}

/** The track of the same kind shown above (-1) or below (1). */
export function trackBeside(timeline: Timeline, track: Track, way: 1 | -1): Track | null {
  const same = shownTracks(timeline).filter((one) => one.kind === track.kind);
  return same[same.findIndex((one) => one.id === track.id) + way] ?? null;
}
