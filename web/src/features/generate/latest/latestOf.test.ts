import { describe, expect, it } from "vitest";
import type { Job } from "@/shared/live/jobs";
import { latestOf } from "./latestOf";

function job(id: string, changes: Partial<Job> = {}): Job {
  return {
    id,
    kind: "generate",
    state: "queued",
    created_at: Number(id),
    stop_at_step: null,
    batch: null,
    ...changes,
  } as Job;
}

describe("the latest clips", () => {
  it("come newest first, and no more than wanted", () => {
    expect(latestOf([job("1"), job("3"), job("2")], 2)).toEqual(["3", "2"]);
  });

  it("are clips that somebody still waits for or has", () => {
    const others = [job("4", { kind: "pull" }), job("5", { state: "cancelled" }), job("6", { state: "failed" })];
    expect(latestOf(others, 9)).toEqual(["6"]);
  });

  it("show one draft of a sheet, but every clip of a sweep", () => {
    const drafts = ["1", "2"].map((id) => job(id, { batch: "a", stop_at_step: 3, state: "draft" }));
    const sweep = ["3", "4"].map((id) => job(id, { batch: "b" }));
    expect(latestOf([...drafts, ...sweep], 9)).toEqual(["4", "3", "2"]);
  });
});
