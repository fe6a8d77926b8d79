import { describe, expect, it } from "vitest";
import { all, inOrder, kept, NOTHING, ranged, toggled } from "./selection";

const ORDER = ["a", "b", "c", "d", "e"];

describe("a selection", () => {
  it("takes and lets go", () => {
    const one = toggled(NOTHING, "b");
    expect([...one.ids]).toEqual(["b"]);
    expect(toggled(one, "b").ids.size).toBe(0);
  });

  it("takes a range from the last choice, in either direction", () => {
    expect(inOrder(ranged(toggled(NOTHING, "b"), "d", ORDER), ORDER)).toEqual(["b", "c", "d"]);
    expect(inOrder(ranged(toggled(NOTHING, "d"), "a", ORDER), ORDER)).toEqual(["a", "b", "c", "d"]);
  });

  it("lets a range go where its end was chosen", () => {
    const four = { ids: new Set(["a", "b", "c", "d"]), anchor: "d" };
    expect(inOrder(ranged(four, "c", ORDER), ORDER)).toEqual(["a", "b"]);
  });

  it("takes one where no range can begin", () => {
    expect([...ranged(NOTHING, "c", ORDER).ids]).toEqual(["c"]);
    expect([...ranged({ ids: new Set(), anchor: "gone" }, "c", ORDER).ids]).toEqual(["c"]);
  });

  it("takes all, and keeps only what is there", () => {
    expect(inOrder(all(ORDER), ORDER)).toEqual(ORDER);
    expect([...kept(all(ORDER), ["c", "e"]).ids]).toEqual(["c", "e"]);
    const some = toggled(NOTHING, "a");
    expect(kept(some, ORDER)).toBe(some);
  });
});
