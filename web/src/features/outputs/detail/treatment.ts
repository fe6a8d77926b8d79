import type { Schemas } from "@/shared/api/client";

/** The filter stages: every field of the request besides the clip and the scheduling. */
export type StageName = Exclude<keyof Schemas["FilterRequest"], keyof Schemas["ProxyRequest"]>;

/** The amount of each filter stage; a stage that is null or missing is skipped. */
export type Treatment = { [Name in StageName]?: number | null };

export type Measured = Exclude<StageName, "frame_rate">;

/** Range of a stage's amount: a strength, or a number of frames. */
export interface Amount {
  least: number;
  usual: number;
  most: number;
  step: number;
}

/** In the order in which the server applies them, whatever the order of the request. A frame rate is one of a list. */
export const STAGES: Record<StageName, Amount | "rate"> = {
  denoise: { least: 0, usual: 0.3, most: 1, step: 0.05 },
  deflicker: { least: 2, usual: 9, most: 33, step: 1 },
  hold_colour: { least: 0, usual: 1, most: 1, step: 0.05 },
  frame_rate: "rate",
  sharpen: { least: 0, usual: 0.5, most: 2, step: 0.05 },
};

export const REPAIR: Treatment = { hold_colour: 1 };

export function usable(chosen: Treatment): boolean {
  return Object.values(chosen).some((value) => typeof value === "number");
}
