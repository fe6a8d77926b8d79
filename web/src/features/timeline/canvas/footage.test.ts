import { describe, expect, it, vi } from "vitest";
import { playedSound } from "../editor/soundOf";
import fixtures from "../model/fixtures/changes.json";
import { fraction } from "../model/fraction";
import type { Clip, Project, Track } from "../model/project";
import { between, type Waveform, waveformOf } from "../model/waveform";
import { FRESH } from "../state/editor";
import { coloursOf } from "./colours";
import { drawRows, type Scene } from "./drawing";
import { Fetched } from "./fetched";
import { rowsOf } from "./layout";

const start = fixtures.start as unknown as Project;

/** In the server's format: for each bin low and high of the left channel, then of the right. */
function packed(bins: number[][], perSecond = 100): ArrayBuffer {
  const content = new ArrayBuffer(16 + 4 * bins.length);
  const view = new DataView(content);
  for (const [at, letter] of [..."AXPK"].entries()) view.setUint8(at, letter.charCodeAt(0));
  view.setUint16(4, 1, true);
  view.setUint16(6, 2, true);
  view.setUint32(8, perSecond, true);
  view.setUint32(12, bins.length, true);
  new Int8Array(content, 16).set(bins.flat());
  return content;
}

describe("a waveform", () => {
  it("is read, both sides as one", () => {
    const waveform = waveformOf(
      packed([
        [-10, 20, -30, 5],
        [0, 0, 0, 0],
      ]),
    ) as Waveform;
    expect([[...waveform.low], [...waveform.high], waveform.perSecond]).toEqual([[-30, 0], [20, 0], 100]);
    expect(waveformOf(new ArrayBuffer(4))).toBeNull();
    expect(waveformOf(packed([]).slice(0, 15))).toBeNull();
  });

  it("has the lowest and the highest of any stretch, in either direction, and silence outside", () => {
    const bins = Array.from({ length: 100 }, (_, bin) => [-bin, bin, 0, 0]);
    const waveform = waveformOf(packed(bins)) as Waveform;
    expect(between(waveform, 0.1, 0.2)).toEqual([-19, 19]);
    expect(between(waveform, 0.2, 0.1)).toEqual([-19, 19]);
    expect(between(waveform, 0.505, 0.506)).toEqual([-50, 50]);
    expect(between(waveform, -3, -2)).toEqual([0, 0]);
    expect(between(waveform, 7, 8)).toEqual([0, 0]);
  });
});

describe("what is fetched", () => {
  it("is fetched once, a few at a time, the last that were asked for first", async () => {
    const asked: string[] = [];
    const changed = vi.fn();
    const fetched = new Fetched(async (asset) => {
      asked.push(asset);
      return asset === "none" ? null : asset.toUpperCase();
    }, changed);
    for (let turn = 0; turn < 2; turn++) for (let one = 0; one < 200; one++) fetched.get(`c${one}`);
    await vi.waitFor(() => expect(fetched.get("c199")).toBe("C199"));
    await vi.waitFor(() => expect(changed.mock.calls.length).toBe(asked.length));
    expect(asked.length).toBeLessThan(140);
    expect(new Set(asked).size).toBe(asked.length);
    expect(asked.slice(0, 4)).toEqual(["c0", "c1", "c2", "c3"]);
  });

  it("forgets what was not drawn for longest", async () => {
    const fetched = new Fetched(
      async (asset) => asset,
      () => {},
      2,
    );
    for (const one of ["a", "b", "c"]) {
      fetched.get(one);
      await vi.waitFor(() => expect(fetched.get(one)).toBe(one));
    }
    expect(fetched.get("b")).toBe("b");
    expect(fetched.get("a")).toBeNull();
  });
});

describe("thousands of clips", () => {
  it("take no more strokes than the screen has room for, and what is not seen is not asked for", () => {
    const asked = new Set<string>();
    const film = { ...start.timeline, tracks: [many("video"), many("audio")] };
    const scene = (left: number, zoom: number): Scene => ({
      ...{ project: { ...start, timeline: film }, rows: rowsOf(film) },
      ...{ state: { ...FRESH, fade: null, scale: { left, zoom } }, window: { width: 1600, height: 400, top: 0 } },
      ...{ colours: coloursOf("light"), stale: new Set<string>(), unmade: new Set<string>(), rate: fraction("24") },
      pictures: {
        thumbnail: () => null,
        strip: (asset) => {
          asked.add(asset);
          return { width: 1152, height: 54 } as ImageBitmap;
        },
        waveform: (asset) => {
          asked.add(asset);
          return loud;
        },
      },
      words: { unnamed: "", stale: "", unmade: "" },
    });
    const loud = { low: new Int8Array(60_000).fill(-9), high: new Int8Array(60_000).fill(9), perSecond: 100 };
    const { context, tiles } = painter();
    for (const [left, zoom] of [
      [0, 0.03],
      [9000, 0.9],
      [20_000, 8],
    ] as const) {
      let strokes = 0;
      drawRows(
        counting(context, () => strokes++),
        scene(left, zoom),
      );
      expect(strokes).toBeLessThan(6000);
    }
    expect(tiles.length).toBeGreaterThan(0);
    expect(asked.size).toBeLessThan(200);
  });

  it("show the part of the source that stands there", () => {
    const { context, tiles } = painter();
    const clip = clipOf(0, "video", { duration: 240, source_start: "120" });
    const track: Track = { id: "V", kind: "video", clips: [clip] };
    drawRows(context, {
      ...{ project: start, rows: rowsOf({ ...start.timeline, tracks: [track] }), rate: fraction("24") },
      ...{ state: { ...FRESH, fade: null, scale: { left: 0, zoom: 1 } }, window: { width: 1600, height: 400, top: 0 } },
      ...{ colours: coloursOf("dark"), stale: new Set<string>(), unmade: new Set<string>() },
      pictures: {
        thumbnail: () => null,
        waveform: () => null,
        strip: () => ({ width: 648, height: 54 }) as ImageBitmap,
      },
      words: { unnamed: "", stale: "", unmade: "" },
    });
    expect(tiles.map((x) => x / 54)).toEqual([3, 5, 6, 7, 9]); // of twelve, over 480 frames
  });
});

describe("the sound of a video clip", () => {
  const ramp = Int8Array.from({ length: 1200 }, (_, bin) => bin / 10); // 12 seconds that get louder
  const waveform: Waveform = { low: ramp.map((value) => -value), high: ramp, perSecond: 100 };

  function drawn(clip: Clip, left = 0, others: Track[] = []) {
    const timeline = { ...start.timeline, tracks: [{ id: "V", kind: "video" as const, clips: [clip] }, ...others] };
    const asked: string[] = [];
    const { context, columns } = painter();
    drawRows(context, {
      ...{ project: { ...start, timeline }, rows: rowsOf({ ...timeline, tracks: timeline.tracks.slice(0, 1) }) },
      ...{ state: { ...FRESH, fade: null, scale: { left, zoom: 1 } }, window: { width: 100, height: 400, top: 0 } },
      ...{ colours: coloursOf("dark"), stale: new Set<string>(), unmade: new Set<string>(), rate: fraction("24") },
      pictures: {
        ...{ thumbnail: () => null, strip: () => ({ width: 648, height: 54 }) as ImageBitmap },
        waveform: (asset) => {
          asked.push(asset);
          return waveform;
        },
      },
      words: { unnamed: "", stale: "", unmade: "" },
    });
    return { asked, columns };
  }

  it("stands at its bottom, as far as it is seen, from where the source begins and at its pace", () => {
    const plain = drawn(clipOf(0, "video", { duration: 240 })).columns;
    expect(plain).toHaveLength(100);
    expect(plain.every(({ y, height }) => y >= 38 && y + height <= 56)).toBe(true);
    const highest = (one: { height: number }[]) => one.at(-1)?.height ?? 0;
    expect(plain[0]?.height).toBeLessThan(highest(plain) / 3);
    const later = drawn(clipOf(0, "video", { duration: 240, source_start: "120" })).columns;
    expect(later[0]?.height).toBeGreaterThan(highest(plain));
    const fast = drawn(clipOf(0, "video", { duration: 240, speed: "2" })).columns;
    expect(highest(fast) / highest(plain)).toBeCloseTo(2, 0);
  });

  it("is left out where a linked clip plays it, where it stands still and where nothing is seen of it", () => {
    const linked = { duration: 240, link: "L" };
    const { source } = clipOf(0, "video");
    const sound = (more: Partial<Clip>): Track => ({ id: "A", kind: "audio", clips: [clipOf(0, "audio", more)] });
    expect(drawn(clipOf(0, "video", linked), 0, [sound({ link: "L" })]).asked).toEqual([]);
    expect(drawn(clipOf(0, "video", linked), 0, [sound({ link: "M" })]).asked).toEqual(["assetvideo0"]);
    expect(drawn(clipOf(0, "video", linked), 0, [sound({})]).asked).toEqual(["assetvideo0"]);
    expect(drawn(clipOf(0, "video", { duration: 240, speed: "0" })).asked).toEqual([]);
    expect(drawn(clipOf(0, "video", { duration: 240 }), 500).asked).toEqual([]);
    const mute = { ...source, has_sound: false } as Clip["source"];
    expect(drawn(clipOf(0, "video", { duration: 240, source: mute })).asked).toEqual([]);
  });

  it("is put on a sound track with room for it, or a new one, linked with the clip", () => {
    const clip = clipOf(1, "video", { source_start: "12", speed: "2" });
    const track = (id: string, at: number): Track => ({ id, kind: "audio", clips: [clipOf(at, "audio")] });
    const commands = (...tracks: Track[]) => playedSound({ ...start.timeline, tracks }, clip);
    expect(commands(track("A", 1), track("B", 2))).toMatchObject([
      { edit: "overwrite", at: 24, clips: [{ track: "B", clip: { duration: 24, source_start: "12", speed: "2" } }] },
      { edit: "link", clips: ["video1", expect.any(String)] },
    ]);
    expect(commands(track("A", 1)).map(({ edit }) => edit)).toEqual(["add_track", "overwrite", "link"]);
  });
});

function clipOf(index: number, kind: "video" | "audio", more: Partial<Clip> = {}): Clip {
  return {
    ...{ id: `${kind}${index}`, start: index * 24, duration: 24 },
    source: {
      ...{ kind, asset: `asset${kind}${index}`, sha256: "", name: "a clip" },
      ...(kind === "video"
        ? { frame_count: 480, rate: "24", has_sound: true }
        : { frame_count: 96_000, rate: "48000" }),
    },
    ...more,
  };
}

function many(kind: "video" | "audio"): Track {
  return { id: kind, kind, clips: Array.from({ length: 2000 }, (_, index) => clipOf(index, kind)) };
}

/** The context, that tells of each of its functions that is called. */
function counting(context: CanvasRenderingContext2D, count: () => void): CanvasRenderingContext2D {
  return new Proxy(context, {
    get: (target, name) => {
      const member = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      return (...given: unknown[]) => {
        count();
        return member(...given);
      };
    },
  });
}

/** A canvas context that records where pictures are drawn, and the columns of waveforms. */
function painter() {
  const tiles: number[] = [];
  const columns: { y: number; height: number }[] = [];
  const nothing = () => {};
  const context = {
    ...{ fillRect: nothing, strokeRect: nothing, fillText: nothing, measureText: () => ({ width: 50 }) },
    ...{ save: nothing, restore: nothing, clip: nothing, beginPath: nothing, fill: nothing },
    ...{ moveTo: nothing, lineTo: nothing, stroke: nothing },
    rect: (_: number, y: number, width: number, height: number) => width === 1 && void columns.push({ y, height }),
    drawImage: (_: unknown, x: number) => void tiles.push(x),
  };
  return { context: context as unknown as CanvasRenderingContext2D, tiles, columns };
}
