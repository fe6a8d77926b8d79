import { describe, expect, it } from "vitest";
import type { Job } from "@/shared/live/jobs";
import { inOrder, planOf, step } from "./batch";

const job = (id: string, state: Job["state"], more: Partial<Job> = {}): Job =>
  ({ id, state, batch: "b", stop_at_step: 4, recipe: { seed: Number(id) }, ...more }) as Job;

describe("a sheet", () => {
  it("shows its own jobs by their seeds", () => {
    const jobs = { x: job("3", "draft"), y: job("1", "draft"), z: job("2", "draft", { batch: "other" }) };
    expect(inOrder(jobs, "b").map((one) => one.id)).toEqual(["1", "3"]);
  });

  it("promotes starred drafts, cancels work and forgets drafts that were not starred", () => {
    const all = [job("1", "draft"), job("2", "draft"), job("3", "running"), job("4", "succeeded"), job("5", "queued")];
    const plan = planOf(all, ["1", "5"]);
    expect(plan.promote.map((one) => one.id)).toEqual(["1"]);
    expect(plan.cancel.map((one) => one.id)).toEqual(["3"]);
    expect(plan.forget.map((one) => one.id)).toEqual(["2"]);
  });

  it("leaves alone what was promoted before", () => {
    expect(planOf([job("1", "running", { stop_at_step: null })], [])).toEqual({ promote: [], cancel: [], forget: [] });
  });
});

describe("arrows", () => {
  it("lead through the rows and stop at the edges", () => {
    expect(step(0, "ArrowRight", 6, 3)).toBe(1);
    expect(step(1, "ArrowDown", 6, 3)).toBe(4);
    expect(step(4, "ArrowDown", 6, 3)).toBe(4);
    expect(step(0, "ArrowUp", 6, 3)).toBe(0);
    expect(step(2, "End", 6, 3)).toBe(5);
    expect(step(5, "Home", 6, 3)).toBe(0);
  });
});
