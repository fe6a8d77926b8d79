import { describe, expect, it } from "vitest";
import { inGroups, isFixed, total } from "./grouping";
import type { Item, Measurement } from "./queries";

const item = (name: string, group: Item["group"], available: boolean[] = [true]) =>
  ({
    name,
    group,
    values: available.map((one, place) => ({ value: String(place), available: one, chosen: place === 0 })),
  }) as Item;

describe("optimizations", () => {
  it("are shown in groups, none of them empty", () => {
    const found = inGroups([item("slots", "machine"), item("accuracy", "quality"), item("devices", "machine")]);
    expect(found.map(({ group, items }) => [group, items.map((one) => one.name)])).toEqual([
      ["quality", ["accuracy"]],
      ["machine", ["slots", "devices"]],
    ]);
  });

  it("are fixed where only one value can be had", () => {
    expect(isFixed(item("a", "speed", [true, false]))).toBe(true);
    expect(isFixed(item("a", "speed", [true, true]))).toBe(false);
  });
});

it("a measurement takes what its stages take together", () => {
  expect(total({ seconds: { load: 1.5, denoise: 4 } } as unknown as Measurement)).toBe(5.5);
});
