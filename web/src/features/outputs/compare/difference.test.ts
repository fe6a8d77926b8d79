import { expect, it } from "vitest";
import { figuresOfPixels } from "./difference";

it("counts pixels that differ, whatever their opacity", () => {
  expect(figuresOfPixels([0, 0, 0, 255, 3, 6, 0, 255])).toEqual({ share: 0.5, mean: 1.5 });
  expect(figuresOfPixels([0, 0, 0, 255])).toEqual({ share: 0, mean: 0 });
  expect(figuresOfPixels([])).toEqual({ share: 0, mean: 0 });
});
