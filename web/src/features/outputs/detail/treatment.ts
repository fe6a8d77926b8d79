import type { Schemas } from "@/shared/api/client";

/** All that a request for a treated clip names beside the clip and when the job runs. */
export type StageName = Exclude<keyof Schemas["FilterRequest"], keyof Schemas["ProxyRequest"]>;

/** What is to be done to a clip; a stage that is null or not there is left out. */
export type Treatment = { [Name in StageName]?: number | null };

export type Measured = Exclude<StageName, "frame_rate">;

/** How much of a stage there can be: a share, or frames over which it looks. */
export interface Amount {
  least: number;
  usual: number;
  most: number;
  step: number;
}

/** In the order in which the server does them, whatever the order they are asked for. A rate is one of a list. */
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
