import { describe, expect, it } from "vitest";
import { fromPercent } from "../editor/speed";
import { fileName } from "../export/saving";
import { sizeFor } from "../export/sizing";
import { faster } from "../viewer/shuttle";
import { isAnimated, keyBeside, valueAt } from "./curves";
import { cutNear, durationOf, groupOf } from "./finding";
import fixtures from "./fixtures/changes.json";
import { ceil, floor, fraction, times, written } from "./fraction";
import { movedNode, NODE_FIELDS, numbersOf, withNumber } from "./looks";
import { headRoom, tailRoom } from "./mapping";
import type { Clip, Project } from "./project";
import { nearest, snappedBy } from "./snapping";
import { frameOf, rateText, timecode } from "./timecode";

const { timeline } = fixtures.start as unknown as Project;

describe("fractions", () => {
  it("are exact, and written in lowest terms", () => {
    expect(written(times(fraction("24000/1001"), fraction("1001/1000")))).toBe("24");
    expect(written(fraction("-6/4"))).toBe("-3/2");
    expect([floor(fraction("-3/2")), ceil(fraction("-3/2")), floor(fraction("7/2"))]).toEqual([-2, -1, 3]);
  });
});

describe("a rate", () => {
  it("is told as people say it", () => {
    expect(["24", "24000/1001", "60000/1001"].map(rateText)).toEqual(["24", "23.98", "59.94"]);
  });
});

describe("timecode", () => {
  it("counts frames, and leaves numbers out with drop frame", () => {
    expect(timecode(24 * 3661 + 5, fraction("24"))).toBe("01:01:01:05");
    expect(timecode(1800, fraction("30000/1001"))).toBe("00:01:00;02");
    expect(timecode(17982, fraction("30000/1001"))).toBe("00:10:00;00");
  });

  it("is understood again", () => {
    for (const rate of ["24", "30000/1001", "60000/1001", "25"].map(fraction))
      for (const frame of [0, 1, 1799, 1800, 17981, 17982, 123_456])
        expect(frameOf(timecode(frame, rate), rate)).toBe(frame);
    expect(frameOf("77", fraction("24"))).toBe(77);
    expect(frameOf("00:00:00:24", fraction("24"))).toBeNull();
  });
});

describe("a clip's source", () => {
  const sea = (change: Partial<Clip> = {}): Clip => ({
    ...{ id: "c", start: 0, duration: 10, source_start: "5" },
    source: { kind: "video", asset: "a", sha256: "", frame_count: 100, rate: "24" },
    ...change,
  });
  const rate = fraction("24");

  it("has so much more at either end", () => {
    expect([headRoom(sea(), rate), tailRoom(sea(), rate)]).toEqual([5, 85]);
    const back = sea({ speed: "-1", source_start: "20" });
    expect([headRoom(back, rate), tailRoom(back, rate)]).toEqual([79, 11]);
    expect(tailRoom(sea({ speed: "1/2" }), rate)).toBe(180);
    expect(tailRoom(sea({ speed: "0" }), rate)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("snapping", () => {
  it("is to the nearest point, if it is near enough", () => {
    expect(nearest(11, [0, 10, 20], 3)).toBe(10);
    expect(nearest(15, [0, 10, 20], 3)).toBeNull();
    expect(nearest(15, [10, 20], 5)).toBe(10);
    expect(snappedBy(7, [0, 10], [18], 2)).toEqual({ by: 8, at: 18 });
    expect(snappedBy(7, [0, 10], [18], 0)).toEqual({ by: 7, at: null });
  });
});

describe("finding", () => {
  it("knows a film's length, links and cuts", () => {
    expect(durationOf(timeline)).toBe(228);
    expect(groupOf(timeline, ["v1"]).map(({ clip }) => clip.id)).toEqual(["a1", "v1"]);
    expect(cutNear(timeline, "v2", 50)).toMatchObject({ left: { id: "v1" }, transition: { id: "t1" } });
    expect(cutNear(timeline, "v2", 95)).toMatchObject({ right: { id: "v3" }, transition: null });
  });
});

describe("values over time", () => {
  const curve = {
    parameter: "x",
    keyframes: [
      { frame: 0, value: 0 },
      { frame: 10, value: 1, interpolation: "smooth" as const },
      { frame: 20, value: 3, interpolation: "hold" as const },
      { frame: 30, value: 4 },
    ],
  };
  it("go from keyframe to keyframe as the server has it", () => {
    expect([-5, 5, 15, 25, 99].map((frame) => valueAt(curve, 9, frame))).toEqual([0, 0.5, 2, 3, 4]);
    expect(valueAt(null, 9, 0)).toBe(9);
  });

  it("know whether they move, and what is beside", () => {
    expect(isAnimated(curve)).toBe(true);
    expect(isAnimated({ parameter: "x", keyframes: [{ frame: 0, value: 2 }] })).toBe(false);
    expect([keyBeside(curve, 10, 1)?.frame, keyBeside(curve, 10, -1)?.frame]).toEqual([20, 0]);
  });
});

describe("looks", () => {
  it("change one number of a node, and the order of nodes", () => {
    const field = NODE_FIELDS.lift_gamma_gain[0];
    const node = withNumber({ kind: "lift_gamma_gain" }, field, 1, 0.1);
    expect(numbersOf(node, field)).toEqual([0, 0.1, 0]);
    expect(movedNode([{ kind: "cdl" }, { kind: "lut" }], 1, 0).map(({ kind }) => kind)).toEqual(["lut", "cdl"]);
  });
});

describe("small sums", () => {
  it("speeds are exact", () => {
    expect(fromPercent(50)).toBe("1/2");
    expect(fromPercent("-33.3")).toBe("-333/1000");
    expect(fromPercent("fast")).toBeNull();
  });

  it("J and L go faster, and stop first", () => {
    expect([faster(0, 1), faster(1, 1), faster(8, 1), faster(2, -1), faster(0, -1)]).toEqual([1, 2, 8, 0, -1]);
  });

  it("exports have even sizes and names that every system takes", () => {
    expect(sizeFor({ width: 854, height: 480 }, "half")).toEqual({ width: 428, height: 240 });
    expect(fileName("A: film?/1", "fcp7")).toBe("A film 1.xml");
  });
});
