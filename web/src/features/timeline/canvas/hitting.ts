import { firstAfter } from "../model/finding";
import { endOf } from "../model/mapping";
import type { Clip, Track } from "../model/project";
import { type Row, rowAt } from "./layout";
import { crossfadeOf, FADE_BAND_PX, FADE_LEAST_PX } from "./prompts";
import { edgeAtX, frameAtX, type Scale, xOf } from "./scale";

/** `fade` is the handle at the end of a prompt's crossfade. */
export type Part = "body" | "head" | "tail" | "fade";

export interface Hit {
  track: Track;
  clip: Clip | null;
  part: Part;
  /** The frame under the pointer. */
  frame: number;
}

const EDGE_PX = 7;

/** What is at a point of the rows; `y` is measured from the top of the first row. */
export function hitAt(rows: readonly Row[], scale: Scale, x: number, y: number): Hit | null {
  const row = rowAt(rows, y);
  if (row === null) return null;
  const frame = Math.max(0, frameAtX(x, scale));
  const clip = clipNear(row.track, scale, x, frame);
  if (clip === null) return { track: row.track, clip, part: "body", frame };
  const part = isFade(clip, scale, x, y - row.y) ? "fade" : partOf(clip, scale, x);
  return { track: row.track, clip, part, frame };
}

/** The clip under the pointer, or the one whose edge is close enough. */
function clipNear({ clips }: Track, scale: Scale, x: number, frame: number): Clip | null {
  const index = firstAfter(clips, frame);
  const under = clips[index];
  if (under !== undefined && under.start <= frame) return under;
  const before = clips[index - 1];
  if (before !== undefined && x - xOf(endOf(before), scale) <= EDGE_PX) return before;
  if (under !== undefined && xOf(under.start, scale) - x <= EDGE_PX) return under;
  return null;
}

function partOf(clip: Clip, scale: Scale, x: number): Part {
  const [head, tail] = [xOf(clip.start, scale), xOf(endOf(clip), scale)];
  // The middle third of a short clip remains its body.
  const reach = Math.min(EDGE_PX, (tail - head) / 3);
  if (x <= head + reach) return "head";
  return x >= tail - reach ? "tail" : "body";
}

function isFade(clip: Clip, scale: Scale, x: number, down: number): boolean {
  if (clip.source.kind !== "prompt" || down > FADE_BAND_PX || clip.duration * scale.zoom < FADE_LEAST_PX) return false;
  return Math.abs(x - xOf(clip.start + crossfadeOf(clip), scale)) <= EDGE_PX;
}

/** Ids of the clips that a rectangle touches. */
export function within(
  rows: readonly Row[],
  scale: Scale,
  from: { x: number; y: number },
  to: { x: number; y: number },
): string[] {
  const [top, bottom] = [Math.min(from.y, to.y), Math.max(from.y, to.y)];
  const first = edgeAtX(Math.min(from.x, to.x), scale);
  const last = edgeAtX(Math.max(from.x, to.x), scale);
  return rows
    .filter((row) => row.y < bottom && row.y + row.height > top)
    .flatMap(({ track }) => track.clips.filter((clip) => clip.start < last && endOf(clip) > first))
    .map((clip) => clip.id);
}
