import { describe, expect, it } from "vitest";
import { largestBox, moved, shareOf, sized } from "./crop";

describe("a crop", () => {
  it.each([
    [2, 1, { x: 0.25, y: 0, width: 0.5, height: 1 }],
    [1, 2, { x: 0, y: 0.25, width: 1, height: 0.5 }],
    [1.5, 1.5, { x: 0, y: 0, width: 1, height: 1 }],
  ])("of a picture %d wide in shape %d is as large as can be", (picture, ratio, box) => {
    expect(largestBox(picture, ratio)).toEqual(box);
  });

  it("never leaves the picture", () => {
    const box = largestBox(2, 1);
    expect(moved(box, -9, 9)).toEqual({ ...box, x: 0, y: 0 });
    expect(moved(box, 9, 0).x).toBe(0.5);
  });

  it("keeps its shape and its middle in another size", () => {
    const half = sized(largestBox(2, 1), 0.5, 2, 1);
    expect(half).toEqual({ x: 0.375, y: 0.25, width: 0.25, height: 0.5 });
    expect(shareOf(half, 2, 1)).toBe(0.5);
    expect(shareOf(sized(half, 0, 2, 1), 2, 1)).toBeCloseTo(0.1);
    expect(sized(moved(half, 9, 9), 1, 2, 1)).toEqual({ x: 0.5, y: 0, width: 0.5, height: 1 });
  });
});
