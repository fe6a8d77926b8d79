import { describe, expect, it } from "vitest";
import { chipsOf, type Filters, fromParams, toParams, UNFILTERED, without } from "./filters";

const BOARD = "0123456789abcdef0123456789abcdef";
const MANY: Filters = {
  kind: "image",
  search: 'a & b = "c" #d',
  model: "starter",
  task: "i2v",
  favourite: true,
  board: BOARD,
  trashed: true,
  origin: "given",
  order: "oldest",
};

describe("filters in an address", () => {
  it("come back as they were", () => {
    for (const filters of [UNFILTERED, MANY]) {
      expect(fromParams(new URLSearchParams(toParams(filters).toString()))).toEqual(filters);
    }
  });

  it("are not there where nothing is filtered", () => {
    expect(toParams(UNFILTERED).toString()).toBe("");
  });

  it("that nobody knows are passed over", () => {
    const odd = new URLSearchParams("kind=lora&task=x&origin=&order=random&board=../1&favourite=yes");
    expect(fromParams(odd)).toEqual(UNFILTERED);
    expect(fromParams(new URLSearchParams({ search: "x".repeat(999) })).search).toHaveLength(200);
  });
});

describe("chips", () => {
  it("are there for what leaves something out, and take it off", () => {
    expect(chipsOf(UNFILTERED)).toEqual([]);
    expect(chipsOf(MANY)).toEqual(["search", "model", "task", "origin"]);
    expect(chipsOf(without(MANY, "model"))).toEqual(["search", "task", "origin"]);
    expect(without(MANY, "search").search).toBe("");
  });
});
