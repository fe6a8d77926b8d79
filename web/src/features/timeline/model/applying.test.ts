import { describe, expect, it } from "vitest";
import { applied } from "./applying";
import fixtures from "./fixtures/changes.json";
import type { Change, Project } from "./project";

/** A project and a chain of edits with their changes, as produced by the server's own code. */
const start = fixtures.start as unknown as Project;
const cases = fixtures.cases as unknown as { name: string; change: Change; undo: Change; after: Project }[];

describe("a change, applied", () => {
  it.each(cases.map((one, index) => [one.name, index] as const))("%s", (_name, index) => {
    const before = index === 0 ? start : (cases[index - 1]?.after ?? start);
    const { change, undo, after } = cases[index] ?? fail();
    expect(applied(before, change)).toEqual(after);
    expect(applied(after, undo)).toEqual(before);
  });

  it("shares what it did not touch", () => {
    const after = applied(start, cases[0]?.change ?? fail());
    expect(after.timeline.tracks[0]).toBe(start.timeline.tracks[0]);
    expect(after.shots).toBe(start.shots);
    expect(after.timeline.tracks[2]?.clips[0]).toBe(start.timeline.tracks[2]?.clips[0]);
  });

  it("refuses what was made for another state", () => {
    const gone = { steps: [{ path: "clip/V1/nobody", before: {}, after: { id: "nobody" } }] };
    expect(() => applied(start, gone)).toThrow("another state");
    const elsewhere = { steps: [], shifts: [{ track: "V1", first: "x", last: "y", by: 3 }] };
    expect(() => applied(start, elsewhere)).toThrow("another state");
  });
});

function fail(): never {
  throw new Error("no such case");
}
