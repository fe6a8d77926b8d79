import { describe, expect, it } from "vitest";
import { seriesOf, summaryOf } from "./series";

const samples = [
  { at: 10, cpu: 0.5, ram_used: 1, ram_total: 4, vram_used: 0, vram_total: 0 },
  { at: 12, cpu: 0.25, ram_used: 2, ram_total: 4, vram_used: 0, vram_total: 0 },
];

describe("series", () => {
  it("are shares over time, with the latest in bytes", () => {
    expect(seriesOf("ram", samples)).toEqual({ name: "ram", at: [10, 12], share: [0.25, 0.5], used: 2, total: 4 });
    expect(seriesOf("cpu", samples)).toMatchObject({ share: [0.5, 0.25], used: null });
  });

  it("are not there for what the machine has not", () => {
    expect(seriesOf("vram", samples)).toBeNull();
    expect(seriesOf("disk", samples)).toBeNull();
    expect(seriesOf("cpu", [])).toBeNull();
  });

  it("have gaps where a sample knows nothing", () => {
    expect(seriesOf("disk", [{ at: 1 }, { at: 2, disk_used: 1, disk_total: 2 }])?.share).toEqual([null, 0.5]);
  });

  it("are told in numbers", () => {
    const series = seriesOf("cpu", samples);
    expect(series && summaryOf(series)).toEqual({ now: 0.25, most: 0.5, over: 2 });
  });
});
