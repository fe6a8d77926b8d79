import { describe, expect, it } from "vitest";
import { differences } from "./differences";
import { fieldsOf, modelOf, promptOf } from "./fields";

const RECIPE = {
  format: 1,
  model: { name: "starter", files: { "vae/config.json": "df" } },
  task: "t2v",
  prompt: "a red circle",
  negative_prompt: "",
  width: 64,
  height: 32,
  frame_count: 5,
  frame_rate: "16",
  steps: 4,
  solver: "unipc",
  shift: 8,
  guidance: [3, 4.5],
  seed: 7,
  accuracy: "exact",
  references: [{ role: "image", sha256: "0123456789abcdef" }],
  loras: [{ name: "ink", sha256: "ab", strength_low: 0.5, strength_high: 0.5 }],
};

const shown = (recipe: Record<string, unknown>) =>
  Object.fromEntries(fieldsOf(recipe).map(({ name, value }) => [name, value]));

describe("the fields of a recipe", () => {
  it("read as people write them", () => {
    expect(shown(RECIPE)).toMatchObject({
      model: "starter",
      size: "64 x 32",
      seconds: "0.31",
      guidance: "3 / 4.5",
      references: "image 0123456789ab",
      loras: "ink (0.5)",
    });
  });

  it("leave out what says nothing", () => {
    expect(shown(RECIPE)).not.toHaveProperty("negative_prompt");
    expect(shown(RECIPE)).not.toHaveProperty("format");
    expect(fieldsOf({})).toEqual([]);
  });

  it("are never lost, even if they are unknown here", () => {
    expect(fieldsOf({ mood: { calm: true } })).toEqual([
      { name: "mood", group: "rest", value: '{"calm":true}', long: false },
    ]);
  });

  it("bear recipes that are made of nonsense", () => {
    const odd = { model: 3, guidance: {}, loras: ["x", null], references: 5, frame_rate: [], speech: "no", prompt: 7 };
    expect(() => fieldsOf(odd)).not.toThrow();
    expect([modelOf(null), modelOf({ model: [] }), promptOf({ prompt: "a", written_prompt: "b" })]).toEqual([
      "",
      "",
      "b",
    ]);
  });
});

describe("differences", () => {
  it("are the fields that are not alike, in the order of the recipe", () => {
    const other = { ...RECIPE, seed: 8, prompt: "a blue circle" };
    expect(differences([RECIPE, other, RECIPE])).toEqual([
      { name: "prompt", long: true, values: ["a red circle", "a blue circle", "a red circle"] },
      { name: "seed", long: false, values: ["7", "8", "7"] },
    ]);
  });

  it("are none between equals", () => {
    expect(differences([RECIPE, { ...RECIPE }])).toEqual([]);
    expect(differences([null, null])).toEqual([]);
  });

  it("are all the fields where one has no recipe", () => {
    expect(differences([{ seed: 1 }, null])).toEqual([{ name: "seed", long: false, values: ["1", ""] }]);
  });
});
