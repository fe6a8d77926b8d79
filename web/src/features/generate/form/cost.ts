import type { ClipForm, Estimate, Recipe } from "./types";

/** Estimates of the first clip and, in a grid, of further cells with other costs; undefined while one is pending. */
export type Answers = [Estimate, ...(Estimate | undefined)[]];

export interface Cost {
  seconds: number;
  /** Bytes. */
  disk: number;
}

/**
 * Time and disk for all clips, or drafts of them, made one after the other with the model loaded once. Each cell of the
 * grid uses its own estimate; without one, it uses the first estimate scaled to its own steps and frames.
 */
export function costOfAll(
  cells: Partial<ClipForm>[],
  answers: Answers,
  clips: number,
  draftSteps: number | null,
): Cost {
  const costs = cells.map((cell, at) => costOf(answers[at] ?? answers[0], cell, draftSteps));
  const sum = (part: keyof Cost) => costs.reduce((sum, cost) => sum + cost[part], 0) * (clips / cells.length);
  const { start = 0, load = 0, end = 0 } = answers[0].plan.stages;
  return { seconds: start + load + sum("seconds") + end, disk: sum("disk") };
}

/** Cost of one clip with its model loaded. A draft stops after its last step and is not decoded. */
function costOf({ plan, recipe }: Estimate, cell: Partial<ClipForm>, draftSteps: number | null): Cost {
  const told = recipe as Recipe;
  const { encode = 0, denoise = 0, decode = 0 } = plan.stages;
  const steps = cell.steps ?? told.steps;
  const frames = cell.frames ?? told.frame_count;
  const longer = frames / told.frame_count;
  // For speech clips, draft steps count through all segments.
  const segments = told.speech ? Math.ceil(frames / told.speech.segment_frames) : 1;
  const share = draftSteps === null ? 1 : Math.min(1, draftSteps / (steps * segments));
  const denoising = denoise * (steps / told.steps) * longer * share;
  const decoding = draftSteps === null ? decode * longer : 0;
  return { seconds: encode + denoising + decoding, disk: plan.disk * longer };
}
