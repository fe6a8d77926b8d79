import { describe, expect, it } from "vitest";
import type { Job } from "@/shared/live/jobs";
import { afterStep, inLine, rankAt, rankOf, stepsTo } from "./line";

function job(id: string, place: number, more: Partial<Job> = {}): Job {
  return { id, place, state: "queued", owner: "me", priority: 0, created_at: 0, recipe: null, ...more } as Job;
}

const ids = (jobs: Job[]) => jobs.map((one) => one.id).join("");

/** The line as the server would return it after the steps. */
function moved(line: Job[], id: string, to: number): string {
  let now: Job[] = inLine(line);
  for (const step of stepsTo(now, id, to)) {
    const after = afterStep(now, step);
    now = inLine(now.map((one) => (one.id === after?.id ? after : one)));
  }
  return ids(now);
}

describe("the line", () => {
  it("has the higher priority first, then the lower place, and only what waits", () => {
    const jobs = [job("a", 2), job("b", 1), job("c", 9, { priority: 5 }), job("d", 0, { state: "running" })];
    expect(ids(inLine(jobs))).toBe("cba");
  });

  it("has the seeds of a batch in their order where no place is told", () => {
    const [one, two] = [job("z", 0, { recipe: { seed: 1 } }), job("a", 0, { recipe: { seed: 2 } })];
    expect(ids(inLine([two, one]))).toBe("za");
  });
});

describe("moving", () => {
  const line = [job("a", 1), job("b", 2), job("c", 3), job("d", 4)];

  it.each([
    ["b", 0, "bacd"],
    ["b", 2, "acbd"],
    ["b", 3, "acdb"],
    ["d", 0, "dabc"],
    ["a", 3, "bcda"],
    ["a", 0, "abcd"],
    ["c", 9, "abdc"],
  ])("brings %s to %i", (id, to, expected) => expect(moved(line, id, to)).toBe(expected));

  it("takes over the priority of where it comes", () => {
    const mixed = [job("a", 9, { priority: 5 }), job("b", 1), job("c", 2)];
    expect(moved(mixed, "a", 2)).toBe("bca");
    expect(moved(mixed, "c", 0)).toBe("cab");
  });

  it("passes over the jobs of others", () => {
    const two = [job("a", 1), job("x", 2, { owner: "you" }), job("b", 3)];
    expect(rankOf(inLine(two), "b")).toBe(1);
    expect(stepsTo(inLine(two), "b", 0)).toEqual([{ id: "b", before: "a" }]);
  });

  it("asks for nothing where there is nothing to overtake", () => {
    expect(stepsTo([job("a", 1)], "a", 1)).toEqual([]);
  });

  it("knows the place of a drop", () => {
    expect(rankAt(line, "a", "c", "top")).toBe(1);
    expect(rankAt(line, "a", "c", "bottom")).toBe(2);
    expect(rankAt(line, "d", "a", "top")).toBe(0);
    expect(rankAt(line, "d", "nobody", "top")).toBe(3);
  });
});
