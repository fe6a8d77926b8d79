import { describe, expect, it } from "vitest";
import { moved, shapeFor } from "./grid";

describe("the shape of the grid", () => {
  it("has as many columns as there is room for", () => {
    expect([320, 390, 900, 2300].map((width) => shapeFor(width).columns)).toEqual([2, 2, 4, 10]);
    expect(shapeFor(0).columns).toBe(1);
  });
});

describe("keys in the grid", () => {
  const to = (index: number, key: string) => moved(index, key, 4, 2, 10); // rows of 4, 4 and 2

  it("lead to the neighbours", () => {
    expect([to(5, "ArrowLeft"), to(5, "ArrowRight"), to(5, "ArrowUp"), to(5, "ArrowDown")]).toEqual([4, 6, 1, 9]);
  });

  it("lead to both ends", () => {
    expect([to(5, "Home"), to(5, "End"), to(8, "PageUp"), to(0, "PageDown")]).toEqual([0, 9, 0, 8]);
  });

  it("stop at the edges", () => {
    expect([to(0, "ArrowLeft"), to(9, "ArrowRight"), to(2, "ArrowUp"), to(8, "ArrowDown")]).toEqual([0, 9, 2, 8]);
  });

  it("find the end of a short last row", () => {
    expect(to(7, "ArrowDown")).toBe(9);
    expect(to(5, "PageDown")).toBe(9);
  });

  it("mean nothing otherwise", () => {
    expect(to(5, "a")).toBeNull();
  });
});
