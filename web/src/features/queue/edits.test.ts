import { describe, expect, it } from "vitest";
import type { Job } from "@/shared/live/jobs";
import { draftOf, editsFrom, isMarked, messageFor } from "./edits";
import { adviceFor, placeFor } from "./failures";

const clip = { kind: "generate", priority: 2, recipe: { prompt: "a circle", steps: 8, seed: 3 } } as unknown as Job;

describe("editing", () => {
  it("leaves a fault of a field that it does not show to be told in whole", () => {
    expect(isMarked({ "clip.steps": "Too many." })).toBe(true);
    expect(isMarked({ steps: "Too many.", prompt_track: "It begins behind the end." })).toBe(false);
    expect(isMarked({})).toBe(false);
  });

  it("sends nothing but what was changed", () => {
    const before = draftOf(clip);
    expect(editsFrom(before, before)).toEqual({});
    expect(editsFrom(before, { ...before, priority: 9 })).toEqual({ priority: 9 });
    const after = { priority: 2, clip: { prompt: "a square", steps: 8, seed: 4 } };
    expect(editsFrom(before, after)).toEqual({ clip: { prompt: "a square", seed: 4 } });
  });

  it("leaves work that is no clip its priority only", () => {
    const pull = { kind: "pull", priority: 0, recipe: null } as unknown as Job;
    expect(draftOf(pull).clip).toBeNull();
  });

  it("finds a field's message by either name", () => {
    expect(messageFor({ "clip.steps": "too many" }, "steps")).toBe("too many");
    expect(messageFor({ steps: "too many" }, "steps")).toBe("too many");
  });
});

describe("failures", () => {
  it("have advice by their code, and none where nothing is known", () => {
    expect(adviceFor({ state: "failed", error: { code: "out_of_memory" } })).toBe("memory");
    expect(adviceFor({ state: "failed", error: { code: "something_new" } })).toBeNull();
    expect(adviceFor({ state: "cancelled", error: null })).toBeNull();
    expect(adviceFor({ state: "expired", error: null })).toBe("expired");
  });

  it("lead to the page that helps", () => {
    expect(placeFor("model")).toBe("models");
    expect(placeFor("need")).toBeNull();
  });
});
