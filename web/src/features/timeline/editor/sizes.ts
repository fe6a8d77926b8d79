import { create } from "zustand";
import { persist } from "zustand/middleware";

export interface Sizes {
  browser: number;
  inspector: number;
  timeline: number;
}

export const LIMITS: Record<keyof Sizes, readonly [number, number]> = {
  browser: [160, 420],
  inspector: [220, 460],
  timeline: [180, 640],
};

/** Panel sizes as the user set them. */
export const useSizes = create<Sizes>()(
  persist((): Sizes => ({ browser: 220, inspector: 290, timeline: 320 }), { name: "artifex.editor.sizes" }),
);

export function resize(panel: keyof Sizes, to: number): void {
  const [least, most] = LIMITS[panel];
  useSizes.setState({ [panel]: Math.round(Math.min(most, Math.max(least, to))) });
}
