import type { LookNode } from "./project";

/** Input and output, each from 0 to 1. */
export type Tone = readonly [number, number];
export const CHANNELS = ["master", "red", "green", "blue"] as const;
export type Channel = (typeof CHANNELS)[number];

export const STRAIGHT: readonly Tone[] = [
  [0, 0],
  [1, 1],
];
export const MOST_TONES = 64;
const LEAST_TONES = 2;
/** Minimum horizontal distance of points; the server accepts no two with the same input. */
const APART = 0.004;

export function tonesOf(node: LookNode, channel: Channel): readonly Tone[] {
  const points = node[channel];
  if (!Array.isArray(points) || points.length < LEAST_TONES) return STRAIGHT;
  return points.map((point): Tone => [Number(point[0]), Number(point[1])]);
}

/** A point moved, within its neighbours and the square. */
export function movedTone(points: readonly Tone[], index: number, [x, y]: Tone): Tone[] {
  const least = index === 0 ? 0 : (points[index - 1]?.[0] ?? 0) + APART;
  const most = index === points.length - 1 ? 1 : (points[index + 1]?.[0] ?? 1) - APART;
  return points.with(index, [rounded(Math.min(Math.max(x, least), most)), rounded(Math.min(Math.max(y, 0), 1))]);
}

/** The points with one more, and its index; null where there is no room for it. */
export function withTone(points: readonly Tone[], [x, y]: Tone): { points: Tone[]; index: number } | null {
  const index = points.findIndex((point) => point[0] > x);
  const at = index === -1 ? points.length : index;
  const near = [points[at - 1], points[at]].some((beside) => beside && Math.abs(beside[0] - x) < 2 * APART);
  if (near || points.length >= MOST_TONES || x < 0 || x > 1) return null;
  const added: Tone = [rounded(x), rounded(Math.min(Math.max(y, 0), 1))];
  return { points: points.toSpliced(at, 0, added), index: at };
}

/** The points without one; a curve keeps at least two. */
export function withoutTone(points: readonly Tone[], index: number): readonly Tone[] {
  return points.length <= LEAST_TONES ? points : points.toSpliced(index, 1);
}

/** A new point in the middle of the widest interval, on the curve. */
export function middleTone(points: readonly Tone[]): Tone {
  let [x, widest] = [0.5, 0];
  for (const [index, here] of points.entries()) {
    const there = points[index + 1];
    if (there === undefined || there[0] - here[0] <= widest) continue;
    widest = there[0] - here[0];
    x = (here[0] + there[0]) / 2;
  }
  return [x, toneAt(points, x)];
}

/** The value of the curve, as the server computes it: smooth, without overshoot, flat outside its points. */
export function toneAt(points: readonly Tone[], value: number): number {
  const [first, last] = [points[0] ?? [0, 0], points.at(-1) ?? [1, 1]];
  const x = Math.min(Math.max(value, first[0]), last[0]);
  const index = Math.max(
    0,
    points.findLastIndex((point, place) => point[0] <= x && place < points.length - 1),
  );
  const [here, there] = [points[index] ?? first, points[index + 1] ?? last];
  const wide = there[0] - here[0];
  if (wide <= 0) return here[1];
  const part = (x - here[0]) / wide;
  const rest = 1 - part;
  const [leaving, arriving] = [tangent(points, index) * wide, tangent(points, index + 1) * wide];
  const smooth = part * part * (3 - 2 * part);
  const cubic = here[1] + (there[1] - here[1]) * smooth + part * rest * (rest * leaving - part * arriving);
  return Math.min(Math.max(cubic, Math.min(here[1], there[1])), Math.max(here[1], there[1]));
}

/** The weighted harmonic mean of the slopes on both sides (Fritsch and Butland 1984); 0 where they change sign. */
function tangent(points: readonly Tone[], index: number): number {
  const [before, after] = [slope(points, index - 1), slope(points, index)];
  if (before === null || after === null) return before?.steep ?? after?.steep ?? 0;
  if (before.steep * after.steep <= 0) return 0;
  const [near, far] = [2 * after.wide + before.wide, after.wide + 2 * before.wide];
  return (near + far) / (near / before.steep + far / after.steep);
}

function slope(points: readonly Tone[], index: number): { wide: number; steep: number } | null {
  const [here, there] = [points[index], points[index + 1]];
  if (here === undefined || there === undefined) return null;
  const wide = there[0] - here[0];
  return { wide, steep: (there[1] - here[1]) / wide };
}

const rounded = (value: number): number => Math.round(value * 1000) / 1000;
