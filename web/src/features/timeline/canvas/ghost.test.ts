import { describe, expect, it } from "vitest";
import fixtures from "../model/fixtures/changes.json";
import { fraction } from "../model/fraction";
import type { Project } from "../model/project";
import { type Drag, ghostOf, type Options } from "./ghost";

const { timeline } = fixtures.start as unknown as Project;
const usual: Options = { rate: fraction("24"), reach: 0, playhead: 0, alone: false, mode: "overwrite" };
const drag = (change: Partial<Drag>): Drag => ({
  ...{ kind: "move", clip: "v3", edge: "tail", chosen: [], by: 0, over: null },
  ...change,
  ...(change.chosen === undefined ? { chosen: [change.clip ?? "v3"] } : {}),
});
const ghost = (change: Partial<Drag>, options: Partial<Options> = {}) =>
  ghostOf(timeline, drag(change), { ...usual, ...options });

describe("a clip that is moved", () => {
  it("goes as far as the pointer", () => {
    const { clips, command } = ghost({ by: 10 });
    expect(clips).toEqual([{ id: "v3", track: "V1", start: 106, duration: 60 }]);
    expect(command).toEqual({ edit: "move", clips: ["v3"], to: 106, mode: "overwrite" });
  });

  it("takes what is linked along, and never before the film begins", () => {
    const { clips, by } = ghost({ clip: "v1", by: -30 });
    expect(by).toBe(0);
    expect(clips.map(({ id }) => id).sort()).toEqual(["a1", "v1"]);
    expect(ghost({ clip: "v1", by: 5 }, { alone: true }).clips).toHaveLength(1);
  });

  it("snaps with the edge that comes nearest", () => {
    const { by, snap } = ghost({ clip: "v3", by: 21 }, { reach: 4 });
    expect({ by, snap }).toEqual({ by: 24, snap: 180 });
  });

  it("goes to a track of its kind that is open, and to no other", () => {
    expect(ghost({ by: 1, over: "A1" }).command).not.toHaveProperty("track");
    expect(ghost({ by: 1, over: "V2" }).command).not.toHaveProperty("track");
    const open = { ...timeline, tracks: timeline.tracks.map((track) => ({ ...track, locked: false })) };
    expect(ghostOf(open, drag({ by: 1, over: "V2" }), usual).command).toMatchObject({ track: "V2" });
  });

  it("that stays where it is changes nothing", () => {
    expect(ghost({ by: 0 }).command).toBeNull();
  });
});

describe("an edge that is dragged", () => {
  it("stops where the source ends", () => {
    const { by, command } = ghost({ kind: "trim", by: 500 });
    expect(by).toBe(24); // the clip after it is in the way
    expect(command).toEqual({ edit: "trim", clip: "v3", edge: "tail", by: 24 });
    expect(ghost({ kind: "ripple", by: 500 }).by).toBe(61); // 121 frames of source, 60 of them shown
  });

  it("leaves at least a frame", () => {
    expect(ghost({ kind: "trim", by: -500 }).clips[0]?.duration).toBe(1);
    expect(ghost({ kind: "trim", edge: "head", by: 500 }).clips[0]).toMatchObject({ start: 155, duration: 1 });
  });

  it("goes to both sides of a cut when it rolls", () => {
    const { clips, command } = ghost({ kind: "roll", clip: "v2", edge: "head", by: -8 });
    expect(clips).toEqual([
      { id: "v1", track: "V1", start: 0, duration: 40 },
      { id: "v2", track: "V1", start: 40, duration: 56 },
    ]);
    expect(command).toEqual({ edit: "roll", clip: "v1", by: -8 });
    expect(ghost({ kind: "roll", clip: "v4", edge: "head", by: 4 }).command).toBeNull();
  });
});

describe("slip and slide", () => {
  it("slip shows what comes from the other side, as far as the source goes", () => {
    expect(ghost({ kind: "slip", clip: "v1", by: 500 }).command).toEqual({ edit: "slip", clip: "v1", by: -24 });
    expect(ghost({ kind: "slip", clip: "v5", by: 5 }).command).toBeNull();
  });

  it("slide gives to one neighbour what it takes from the other", () => {
    const { clips } = ghost({ kind: "slide", clip: "v2", by: 6 });
    expect(clips).toEqual([
      { id: "v2", track: "V1", start: 54, duration: 48 },
      { id: "v1", track: "V1", start: 0, duration: 54 },
      { id: "v3", track: "V1", start: 102, duration: 54 },
    ]);
  });
});

describe("the crossfade of a prompt", () => {
  it("is as long as it is dragged, and no longer than the prompt", () => {
    const { fade, command } = ghost({ kind: "fade", clip: "p1", by: 6 });
    expect(fade).toEqual({ clip: "p1", frames: 18 });
    expect(command).toEqual({ edit: "set_prompt", clip: "p1", crossfade: 18 });
    expect(ghost({ kind: "fade", clip: "p1", by: 500 }).fade?.frames).toBe(50);
    expect(ghost({ kind: "fade", clip: "p1", by: -500 }).command).toMatchObject({ crossfade: 0 });
    expect(ghost({ kind: "fade", clip: "p1", by: 0 }).command).toBeNull();
  });

  it("snaps to what lies elsewhere on the film", () => {
    expect(ghost({ kind: "fade", clip: "p1", by: 20 }, { playhead: 134, reach: 4 })).toMatchObject({
      by: 22,
      snap: 134,
    });
  });
});

describe("a prompt", () => {
  it("is moved and trimmed as a clip is, as long as there is room", () => {
    expect(ghost({ clip: "p1", by: -30 }).command).toMatchObject({ edit: "move", clips: ["p1"], to: 70 });
    expect(ghost({ kind: "trim", clip: "p1", by: 500 }).command).toEqual({
      ...{ edit: "trim", clip: "p1", edge: "tail" },
      by: 500,
    });
  });
});
