import { describe, expect, it } from "vitest";
import { clock, frameAt, lengthShown, secondsAt, timingOf } from "./timecode";

describe("timing", () => {
  it("comes from the facts of a file", () => {
    expect(timingOf({ frame_rate: "24000/1001", frame_count: 81 })).toEqual({ rate: 24000 / 1001, frames: 81 });
  });

  it("is made from the length where frames were not counted", () => {
    expect(timingOf({ frame_rate: "16", seconds: 2 })).toEqual({ rate: 16, frames: 32 });
    expect(timingOf({}, 1.5)).toEqual({ rate: 24, frames: 36 });
  });

  it("never has a rate or count that nothing can be divided by", () => {
    for (const facts of [{}, { frame_rate: "x", frame_count: -4 }, { frame_rate: "1/0" }, { frame_rate: 5 }]) {
      expect(timingOf(facts)).toEqual({ rate: 24, frames: 1 });
    }
  });
});

describe("frames", () => {
  const timing = { rate: 24000 / 1001, frames: 1000 };

  it("come back from the time they are sought at", () => {
    for (let frame = 0; frame < timing.frames; frame += 1) {
      expect(frameAt(secondsAt(frame, timing), timing)).toBe(frame);
    }
  });

  it("are found at their very beginning too, though players round", () => {
    expect(frameAt(0.0416, { rate: 24, frames: 10 })).toBe(0);
    expect(frameAt(1 / 24 - 1e-6, { rate: 24, frames: 10 })).toBe(1);
  });

  it("stay within the clip", () => {
    expect(frameAt(99, { rate: 16, frames: 5 })).toBe(4);
    expect(secondsAt(-3, { rate: 16, frames: 5 })).toBe(0.5 / 16);
  });
});

describe("times", () => {
  it("are read like a clock", () => {
    expect([0, 1.25, 61.999, 3725.5].map(clock)).toEqual(["0:00.00", "0:01.25", "1:01.99", "1:02:05.50"]);
    expect([0.31, 5.0625, 12.4, 59.7, 3600].map(lengthShown)).toEqual(["0:00.3", "0:05.1", "0:12", "1:00", "1:00:00"]);
  });
});
