import { beforeEach, describe, expect, it } from "vitest";
import { type Job, type JobNews, useJobs } from "./jobs";

const draft = { id: "a", kind: "generate", state: "draft", sequence: 3, result: null } as Job;
const ids = () => Object.keys(useJobs.getState().byId);

beforeEach(() => useJobs.setState({ byId: {}, gone: new Set() }));

describe("a job that was deleted", () => {
  it("is not brought back by an answer that was on its way", () => {
    const { put, reset, remove } = useJobs.getState();
    put([draft]);
    remove("a");
    put([draft, { ...draft, id: "b" }]);
    expect(ids()).toEqual(["b"]);
    reset([draft]);
    expect(ids()).toEqual([]);
  });

  it("is not brought back by late news", () => {
    const { put, remove, tell } = useJobs.getState();
    put([draft]);
    remove("a");
    tell({ id: "a", state: "running", sequence: 4 } as JobNews);
    expect(ids()).toEqual([]);
  });
});

describe("a job that is here", () => {
  it("keeps what is newer, whichever comes first", () => {
    const { put, tell } = useJobs.getState();
    put([draft]);
    tell({ id: "a", state: "running", sequence: 5 } as JobNews);
    put([{ ...draft, sequence: 4 }]);
    tell({ id: "a", state: "draft", sequence: 4 } as JobNews);
    expect(useJobs.getState().byId.a?.state).toBe("running");
  });

  it("shows the progress that an event tells", () => {
    const { put, tell } = useJobs.getState();
    put([draft]);
    const progress = { stage: "denoise", step: 3, of: 12, eta: 9, vram: null, preview: "1-3" };
    tell({ id: "a", state: "running", sequence: 5, progress } as JobNews);
    expect(useJobs.getState().byId.a?.progress).toEqual(progress);
  });
});
