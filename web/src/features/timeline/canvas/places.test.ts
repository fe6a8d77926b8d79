import { describe, expect, it } from "vitest";
import fixtures from "../model/fixtures/changes.json";
import type { Clip, Project, Timeline } from "../model/project";
import { hitAt, within } from "./hitting";
import { boxesOf, heightOf, jointsOf, rowsOf } from "./layout";
import { fitted, frameAtX, showing, ticks, xOf, zoomed } from "./scale";

const { timeline } = fixtures.start as unknown as Project;
const rows = rowsOf(timeline);
const scale = { left: 0, zoom: 4 };
const all = { width: 1000, height: 600, top: 0 };

describe("rows", () => {
  it("stand as pictures lie over one another, with sounds below", () => {
    expect(rows.map(({ track }) => track.id)).toEqual(["V2", "V1", "P1", "A1"]);
    expect(heightOf(rows)).toBe(rows.reduce((sum, row) => sum + row.height, 0));
  });
});

describe("what is seen", () => {
  it("has a box, and nothing else has", () => {
    const shown = boxesOf(rows, { left: 100, zoom: 10 }, { width: 400, height: 600, top: 0 });
    expect(shown.map(({ clip }) => clip.id)).toEqual(["v3", "p1", "a2"]);
    expect(boxesOf(rows, scale, { width: 1000, height: 50, top: 0 })).toEqual([]);
  });

  it("has transitions around their cuts", () => {
    expect(jointsOf(rows, scale, all)).toMatchObject([{ x: 42 * 4, width: 12 * 4 }]);
  });

  it.each([
    [fitted(2000 * 24, 1600), 1100],
    [{ left: 0, zoom: 0.01 }, 500],
    [{ left: 0, zoom: 0.2 }, 350],
    [{ left: 20_000, zoom: 2 }, 35],
  ])("of thousands of clips are few boxes, also where each is less than a pixel: %j", (view, most) => {
    const boxes = boxesOf(rowsOf(film(2000)), view, { width: 1600, height: 800, top: 0 });
    expect(boxes.length).toBeLessThan(most);
  });
});

describe("what is under the pointer", () => {
  const y = (rows[1]?.y ?? 0) + 10;
  it.each([
    [48 * 4 + 80, "v2", "body"],
    [48 * 4 + 2, "v2", "head"],
    [48 * 4 - 2, "v1", "tail"],
    [96 * 4 + 239, "v3", "tail"],
    [96 * 4 + 240 + 4, "v3", "tail"],
    [180 * 4 - 4, "v4", "head"],
  ] as const)("at %i is %s, its %s", (x, id, part) => {
    expect(hitAt(rows, scale, x, y)).toMatchObject({ clip: { id }, part });
  });

  it("is nothing in a gap or below the tracks", () => {
    expect(hitAt(rows, scale, 168 * 4, y)?.clip).toBeNull();
    expect(hitAt(rows, scale, 0, 5000)).toBeNull();
  });

  it("is the end of a prompt's crossfade only at its top", () => {
    const top = rows[2]?.y ?? 0;
    expect(hitAt(rows, scale, 112 * 4 + 3, top + 6)).toMatchObject({ clip: { id: "p1" }, part: "fade" });
    expect(hitAt(rows, scale, 112 * 4 + 3, top + 20)?.part).toBe("body");
    expect(hitAt(rows, { left: 0, zoom: 0.4 }, 48, top + 6)?.part).toBe("body");
  });

  it("is what a rectangle touches", () => {
    expect(within(rows, scale, { x: 40 * 4, y: y + 5 }, { x: 60 * 4, y })).toEqual(["v1", "v2"]);
  });
});

describe("zoom", () => {
  it("keeps the frame under the pointer", () => {
    const before = { left: 100, zoom: 4 };
    const after = zoomed(before, 2, 200);
    expect(frameAtX(200, after)).toBe(frameAtX(200, before));
    expect(after.zoom).toBe(8);
  });

  it("shows a whole film, or scrolls to a frame", () => {
    expect(xOf(1000, fitted(1000, 500))).toBeLessThan(500);
    const shown = showing({ left: 0, zoom: 4 }, 2000, 800);
    expect(xOf(2000, shown)).toBeLessThanOrEqual(800);
    expect(showing(shown, 2000, 800)).toBe(shown);
  });

  it.each([0.002, 0.05, 1, 7, 40])("labels the ruler so that it can be read at %f pixels a frame", (zoom) => {
    const labelled = ticks({ left: 0, zoom }, 1200, 24).filter((tick) => tick.labelled);
    expect(labelled.length).toBeGreaterThan(1);
    expect(((labelled[1]?.frame ?? 0) - (labelled[0]?.frame ?? 0)) * zoom).toBeGreaterThan(90);
  });
});

function film(count: number): Timeline {
  const clip = (index: number): Clip => ({
    id: `c${index}`,
    start: index * 24,
    duration: 24,
    source: { kind: "colour", colour: "#000000" },
  });
  const clips = Array.from({ length: count }, (_, index) => clip(index));
  return { ...timeline, tracks: [{ id: "V", kind: "video", clips }] };
}
