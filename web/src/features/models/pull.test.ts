import { describe, expect, it } from "vitest";
import { type Reading, speed, timeLeft, withReading } from "./pull";

function read(...points: [seconds: number, here: number][]): Reading[] {
  return points.reduce<Reading[]>((all, [seconds, here]) => withReading(all, { at: seconds * 1000, here }), []);
}

describe("the speed of a pull", () => {
  it("cannot be told from one reading, or from a moment", () => {
    expect(speed([])).toBeNull();
    expect(speed(read([0, 0]))).toBeNull();
    expect(speed(read([0, 0], [1, 50]))).toBeNull();
  });

  it("is what came over the time it took", () => {
    expect(speed(read([0, 100], [2, 140], [4, 200]))).toBe(25);
  });

  it("forgets what was long ago", () => {
    const readings = read([0, 0], [10, 1000], [20, 1010], [30, 1020], [40, 1030]);
    expect(readings[0]?.at).toBe(20_000);
    expect(speed(readings)).toBe(1);
  });

  it("begins anew with another attempt", () => {
    expect(read([0, 500], [5, 600], [6, 20])).toEqual([{ at: 6000, here: 20 }]);
  });

  it("falls to nothing when the line stands still", () => {
    expect(speed(read([0, 10], [5, 10], [10, 10]))).toBe(0);
  });
});

describe("the time left", () => {
  it("follows from the speed", () => {
    expect(timeLeft(read([0, 0], [10, 100]), 300)).toBe(20);
  });

  it("is not made up", () => {
    expect(timeLeft(read([0, 10], [10, 10]), 300)).toBeNull();
    expect(timeLeft(read([0, 0], [10, 100]), 0)).toBeNull();
  });

  it("is never less than nothing", () => {
    expect(timeLeft(read([0, 0], [10, 100]), 90)).toBe(0);
  });
});
