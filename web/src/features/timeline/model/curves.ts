import type { Clip, Curve, Keyframe } from "./project";

export interface Parameter {
  name: ParameterName;
  usual: number;
  least: number;
  most: number;
  step: number;
  of: "picture" | "sound";
}

export const PARAMETER_NAMES = ["opacity", "x", "y", "scale", "rotation", "look_strength", "volume", "pan"] as const;
export type ParameterName = (typeof PARAMETER_NAMES)[number];

/** The animatable parameters of a clip, with the server's ranges. */
export const PARAMETERS: readonly Parameter[] = [
  { name: "opacity", usual: 1, least: 0, most: 1, step: 0.05, of: "picture" },
  { name: "x", usual: 0, least: -100, most: 100, step: 0.01, of: "picture" },
  { name: "y", usual: 0, least: -100, most: 100, step: 0.01, of: "picture" },
  { name: "scale", usual: 1, least: 0, most: 100, step: 0.05, of: "picture" },
  { name: "rotation", usual: 0, least: -36_000, most: 36_000, step: 1, of: "picture" },
  { name: "look_strength", usual: 1, least: 0, most: 1, step: 0.05, of: "picture" },
  { name: "volume", usual: 1, least: 0, most: 16, step: 0.05, of: "sound" },
  { name: "pan", usual: 0, least: -1, most: 1, step: 0.05, of: "sound" },
];

export function curveOf(clip: Clip, name: ParameterName): Curve | null {
  return clip.curves?.find((curve) => curve.parameter === name) ?? null;
}

/** The playhead's frame counted from the clip's start, clamped to the clip. */
export function frameIn(clip: Clip, playhead: number): number {
  return Math.min(clip.duration - 1, Math.max(0, playhead - clip.start));
}

/** The value at a frame counted from the clip's start. */
export function valueAt(curve: Curve | null, usual: number, frame: number): number {
  const keys = curve?.keyframes ?? [];
  const index = keys.findLastIndex((key) => key.frame <= frame);
  const here = keys[index];
  if (here === undefined) return keys[0]?.value ?? usual;
  const there = keys[index + 1];
  if (there === undefined || here.interpolation === "hold") return here.value;
  const part = (frame - here.frame) / (there.frame - here.frame);
  const eased = here.interpolation === "smooth" ? part * part * (3 - 2 * part) : part;
  return here.value + (there.value - here.value) * eased;
}

/** Whether a value is animated: then a new value adds a keyframe instead of changing the whole clip. */
export function isAnimated(curve: Curve | null): boolean {
  return (curve?.keyframes.length ?? 0) > 1 || (curve?.keyframes[0]?.frame ?? 0) !== 0;
}

export function keyAt(curve: Curve | null, frame: number): Keyframe | null {
  return curve?.keyframes.find((key) => key.frame === frame) ?? null;
}

/** The keyframe at a frame, or the last one before it. */
export function keyBefore(curve: Curve | null, frame: number): Keyframe | null {
  return curve?.keyframes.findLast((key) => key.frame <= frame) ?? null;
}

/** The next or previous keyframe. */
export function keyBeside(curve: Curve | null, frame: number, way: 1 | -1): Keyframe | null {
  const keys = curve?.keyframes ?? [];
  if (way === 1) return keys.find((key) => key.frame > frame) ?? null;
  return keys.findLast((key) => key.frame < frame) ?? null;
}
