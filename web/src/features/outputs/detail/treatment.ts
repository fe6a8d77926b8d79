/** What can be done to a clip; a stage that is null or not there is left out. The server does them in an order of its own. */
export interface Treatment {
  denoise?: number | null;
  hold_colour?: number | null;
  sharpen?: number | null;
  frame_rate?: number | null;
}

export type Share = "denoise" | "hold_colour" | "sharpen";

export const SHARES: Record<Share, { usual: number; most: number }> = {
  denoise: { usual: 0.3, most: 1 },
  hold_colour: { usual: 1, most: 1 },
  sharpen: { usual: 0.5, most: 2 },
};

export const REPAIR: Treatment = { hold_colour: 1 };

export function usable(chosen: Treatment): boolean {
  return Object.values(chosen).some((value) => typeof value === "number");
}
