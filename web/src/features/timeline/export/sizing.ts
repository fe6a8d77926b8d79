export const SIZES = ["full", "threeQuarters", "half", "double"] as const;
export type Size = (typeof SIZES)[number];

const FACTORS: Record<Size, number> = { full: 1, threeQuarters: 0.75, half: 0.5, double: 2 };

/** The size to request for a render; empty for the film's own size. Encoders need even numbers. */
export function sizeFor(film: { width: number; height: number }, size: Size): { width?: number; height?: number } {
  if (size === "full") return {};
  const even = (pixels: number) => Math.max(2, 2 * Math.round((pixels * FACTORS[size]) / 2));
  return { width: even(film.width), height: even(film.height) };
}
