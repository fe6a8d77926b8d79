import { describe, expect, it } from "vitest";
import { frameOf, hasStrayed, idsOf, leaderOf, placeOf, sharedTiming } from "./sync";

const SLOW = { rate: 8, frames: 9 };
const FAST = { rate: 16, frames: 17 };
const SHORT = { rate: 16, frames: 5 };

describe("clips under one scrubber", () => {
  it("have the finest frames and the longest length", () => {
    expect(sharedTiming([SHORT, FAST])).toEqual(FAST);
    expect(sharedTiming([SLOW, SHORT])).toEqual({ rate: 16, frames: 18 });
    expect(leaderOf([SHORT, FAST, SLOW])).toBe(2);
  });

  it("of one rate show the same frame", () => {
    for (let frame = 0; frame < FAST.frames; frame += 1) expect(frameOf(FAST, FAST, frame)).toBe(frame);
    expect(placeOf(FAST, FAST, 3)).toBe(3.5 / 16);
  });

  it("of half the rate change every other frame", () => {
    const shared = sharedTiming([SLOW, FAST]);
    expect([0, 1, 2, 3, 4].map((frame) => frameOf(SLOW, shared, frame))).toEqual([0, 0, 1, 1, 2]);
  });

  it("that are over stay at their last frame", () => {
    expect(frameOf(SHORT, FAST, 16)).toBe(4);
    expect(hasStrayed(SHORT, 4.5 / 16, 1)).toBe(false);
  });

  it("are brought back when they stray", () => {
    expect(hasStrayed(FAST, 0.5, 0.52)).toBe(false);
    expect(hasStrayed(FAST, 0.5, 0.6)).toBe(true);
  });
});

describe("the ids of an address", () => {
  const [a, b] = ["a".repeat(32), "b".repeat(32)];

  it("are real ones, each once, and no more than fit", () => {
    expect(idsOf(new URLSearchParams({ ids: `${a},../x,${b},${a}` }), 4)).toEqual([a, b]);
    expect(idsOf(new URLSearchParams({ ids: `${a},${b}` }), 1)).toEqual([a]);
    expect(idsOf(new URLSearchParams(), 4)).toEqual([]);
  });
});
