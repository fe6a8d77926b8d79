import { describe, expect, it } from "vitest";
import type { Job } from "@/shared/live/jobs";
import { faultsOf, latestOf, type Model, shown, standing, usedByAll } from "./standing";

const job = (change: Partial<Job>) =>
  ({
    id: "a",
    kind: "pull",
    model: "small",
    state: "running",
    created_at: 1,
    result: null,
    error: null,
    progress: { stage: "download", step: 1, of: 4, eta: null, vram: null, preview: null },
    ...change,
  }) as Job;

const byId = (...jobs: Job[]) => Object.fromEntries(jobs.map((one) => [one.id, one]));

describe("the job of a model", () => {
  it("is the newest of its kind and name", () => {
    const jobs = byId(
      job({ id: "a", state: "failed" }),
      job({ id: "b", state: "succeeded", created_at: 2 }),
      job({ id: "c", model: "large", created_at: 3 }),
      job({ id: "d", kind: "warm", created_at: 4 }),
    );
    expect(latestOf(jobs, "pull", "small")?.id).toBe("b");
    expect(latestOf(jobs, "warm", "small")?.id).toBe("d");
    expect(latestOf(jobs, "warm", "large")).toBeNull();
  });

  it("is the one under way, even if a later one is over", () => {
    const jobs = byId(job({ id: "a", state: "paused" }), job({ id: "b", state: "failed", created_at: 2 }));
    expect(latestOf(jobs, "pull", "small")?.id).toBe("a");
  });
});

describe("what is said of it", () => {
  it("follows its state", () => {
    expect(standing(null)).toBe("none");
    expect(standing(job({}))).toBe("under way");
    expect(standing(job({ state: "paused" }))).toBe("paused");
    expect(standing(job({ state: "failed" }))).toBe("broken off");
    expect(standing(job({ state: "cancelled" }))).toBe("stopped");
    expect(standing(job({ state: "succeeded", result: { model: "small", fetched: [] } }))).toBe("none");
  });

  it("tells what a check found", () => {
    const faults = [{ path: "vae.safetensors", what: "damaged" }];
    const damaged = job({ state: "succeeded", result: { model: "small", faults } });
    expect(standing(damaged)).toBe("damaged");
    expect(faultsOf(damaged)).toEqual(faults);
    expect(standing(job({ state: "succeeded", result: { model: "small", faults: [] } }))).toBe("whole");
  });
});

describe("the list", () => {
  const models = [
    { name: "a", installed: true, fits: "yes", bytes: 10 },
    { name: "b", installed: false, fits: "tight", bytes: null },
    { name: "c", installed: true, fits: "no", bytes: 5 },
    { name: "d", installed: false, fits: null, bytes: null },
  ] as Model[];

  it("shows what was asked for", () => {
    const names = (filter: Parameters<typeof shown>[1]) => shown(models, filter).map((model) => model.name);
    expect(names("all")).toEqual(["a", "b", "c", "d"]);
    expect(names("installed")).toEqual(["a", "c"]);
    expect(names("fits")).toEqual(["a", "b"]);
  });

  it("adds up what is on the disk", () => {
    expect(usedByAll(models)).toBe(15);
  });
});
