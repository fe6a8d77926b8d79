import type { Accuracy, ClipForm } from "./types";

/** A step cache that is off, guidance of every step, and all attention. */
export const NOTHING_SAVED: { stepCache: [number, number]; guidanceUntil: number; attentionDensity: number } = {
  stepCache: [0, 0],
  guidanceUntil: 1,
  attentionDensity: 1,
};

/** A change of accuracy; as on the server, it hides what was chosen of steps for another one. */
export function inAccuracy(accuracy: Accuracy | null): Partial<ClipForm> {
  return { accuracy, stepCache: null, guidanceUntil: null, attentionDensity: null };
}
