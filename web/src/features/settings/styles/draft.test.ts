import { describe, expect, it } from "vitest";
import { bodyOf, draftOf, EMPTY, type Style, sample } from "./draft";

const style: Style = {
  id: "a",
  owner: "b",
  name: "Ink",
  before: "ink drawing of",
  after: "",
  negative_prompt: "colour",
  loras: [{ asset: "c", strength_low: 1, strength_high: 0.5 }],
  values: { steps: 30, guidance: [3, 4], motion: 0 },
  created_at: 1,
};

describe("a style in the form", () => {
  it("comes out as it went in", () => {
    const { id: _id, owner: _owner, created_at: _at, ...rest } = style;
    expect(bodyOf(draftOf(style))).toEqual(rest);
  });

  it("leaves open what was not filled in", () => {
    expect(bodyOf({ ...EMPTY, name: "Plain" }).values).toEqual({});
  });

  it("takes one guidance for both", () => {
    expect(bodyOf({ ...EMPTY, guidanceHigh: 5 }).values?.guidance).toEqual([5, 5]);
    expect(bodyOf({ ...EMPTY, guidanceLow: 2 }).values?.guidance).toEqual([2, 2]);
  });
});

it("the words of a style are laid around the prompt as the server does it", () => {
  expect(sample({ before: " ink drawing of ", after: "" }, "a boat")).toBe("ink drawing of a boat");
  expect(sample({ before: "", after: ", at dusk" }, "a boat")).toBe("a boat , at dusk");
});
