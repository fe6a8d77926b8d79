import type { Accuracy, ClipForm } from "./types";

/** No savings: step cache off, guidance in every step, full attention. */
export const NOTHING_SAVED: { stepCache: [number, number]; guidanceUntil: number; attentionDensity: number } = {
  stepCache: [0, 0],
  guidanceUntil: 1,
  attentionDensity: 1,
};

/** A change of accuracy; as on the server, it resets the savings, which were chosen for another accuracy. */
export function inAccuracy(accuracy: Accuracy | null): Partial<ClipForm> {
  return { accuracy, stepCache: null, guidanceUntil: null, attentionDensity: null };
}
