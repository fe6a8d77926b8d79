import { describe, expect, it } from "vitest";
import { laidOver } from "./alternatives";
import { fitted, forTask, lacking, modelOf, taskFor } from "./fitting";
import { readRecipe } from "./recipe";
import { smallModel, someModel, someRecipe, speakingModel } from "./samples";
import { aspectOf, framesNear, isSizeFor, readSize, secondsOf, sizeLike, sizeOf } from "./shape";
import { EMPTY_FORM } from "./types";
import { ownValues, withPreset } from "./values";

const models = [someModel(), smallModel(), speakingModel()];

describe("the model", () => {
  it("is the one chosen, else the default, else one that is here", () => {
    expect(modelOf({ ...EMPTY_FORM, model: "small" }, models)?.name).toBe("small");
    expect(modelOf(EMPTY_FORM, models)?.name).toBe("film");
    expect(modelOf({ ...EMPTY_FORM, task: "s2v" }, models)?.name).toBe("voice");
    expect(modelOf(EMPTY_FORM, [])).toBeUndefined();
  });

  it("changes with a task that it does not do, where another does", () => {
    expect(forTask({ ...EMPTY_FORM, model: "film" }, "i2v", models)).toMatchObject({ model: "film", task: "i2v" });
    expect(forTask({ ...EMPTY_FORM, model: "film" }, "s2v", models)).toMatchObject({ model: "voice", task: "s2v" });
    expect(forTask(EMPTY_FORM, "s2v", [someModel(), { ...speakingModel(), installed: false }])).toBeNull();
  });

  it("takes from the form what it cannot do", () => {
    const rich = { ...EMPTY_FORM, task: "i2v" as const, size: { width: 832, height: 480 }, frames: 121, steps: 150 };
    expect(fitted({ ...rich, preset: "film-720p" }, smallModel())).toMatchObject({
      task: "t2v",
      size: null,
      frames: null,
      steps: null,
      preset: null,
    });
    expect(fitted({ ...rich, preset: "film-720p" }, someModel())).toMatchObject({
      ...rich,
      model: "film",
      preset: "film-720p",
    });
  });

  it("says what it still needs", () => {
    const film = someModel();
    expect(lacking(EMPTY_FORM, film)).toEqual([]);
    expect(lacking({ ...EMPTY_FORM, task: "i2v" }, film)).toEqual([["image", "video"]]);
    const references = { video: { asset: "a", sha256: "b", name: "" } };
    expect(lacking({ ...EMPTY_FORM, task: "i2v", references }, film)).toEqual([]);
  });

  it("tells the task for a dropped file", () => {
    expect(taskFor("image", EMPTY_FORM, someModel())).toBe("i2v");
    expect(taskFor("audio", EMPTY_FORM, someModel())).toBeNull();
  });
});

describe("sizes", () => {
  const { limits } = someModel();

  it.each([
    [16 / 9, 1280 * 720, { width: 1280, height: 720 }],
    [1, 256 * 256, { width: 256, height: 256 }],
    [100, 2048 * 2048, { width: 2048, height: 64 }],
  ])("of shape %d with %d pixels are on the grid", (ratio, area, size) => {
    expect(sizeOf(ratio, area, limits)).toEqual(size);
    expect(isSizeFor(sizeOf(ratio, area, limits), limits)).toBe(true);
  });

  it("are trained ones, turned where that fits", () => {
    expect(sizeLike({ width: 1280, height: 720 }, 9 / 16, limits)).toEqual({ width: 720, height: 1280 });
  });

  it("have names and can be read", () => {
    expect(aspectOf({ width: 832, height: 480 })).toBe("16:9");
    expect(aspectOf({ width: 2000, height: 500 })).toBeNull();
    expect(readSize("832 × 480")).toEqual({ width: 832, height: 480 });
    expect(readSize("wide")).toBeNull();
  });

  it("last as long as whole groups of frames do", () => {
    expect([0, 1, 30, 32, 33, 9999].map((count) => framesNear(count, limits))).toEqual([1, 1, 29, 33, 33, 241]);
    expect(framesNear(80, speakingModel().limits)).toBe(81);
    expect(secondsOf(81, 24)).toBe(3.38);
    expect(secondsOf(81, 0)).toBe(0);
  });
});

describe("values", () => {
  const known = { presets: [], levels: [], estimate: undefined };

  it("are the model's own, and a level's steps", () => {
    expect(ownValues(EMPTY_FORM, someModel(), known)).toMatchObject({ steps: 40, rate: 16, frames: 81 });
    const levels = [{ name: "draft", steps_factor: 0.5 }];
    expect(ownValues({ ...EMPTY_FORM, quality: "draft" }, someModel(), { ...known, levels }).steps).toBe(20);
  });

  it("make way for a preset's", () => {
    const preset = {
      ...{ name: "film-720p", needs_lora: null, size: "1280x720", area: null, frames: null, fps: null, steps: 60 },
      ...{ guidance: null, shift: null, solver: null, accuracy: null },
    };
    const form = { ...EMPTY_FORM, size: { width: 64, height: 64 }, steps: 3, frames: 41 };
    expect(withPreset(form, preset)).toMatchObject({ preset: "film-720p", size: null, steps: null, frames: 41 });
    expect(withPreset({ ...form, preset: "film-720p" }, null)).toMatchObject({ preset: null, steps: 3 });
  });

  it("are laid over the form to make it fit", () => {
    const changes = { size: "832x480", frames: 33, accuracy: "fast", width: null, hack: 1 };
    expect(laidOver(EMPTY_FORM, changes)).toEqual({
      ...EMPTY_FORM,
      size: { width: 832, height: 480 },
      frames: 33,
      accuracy: "fast",
    });
  });
});

describe("a recipe that is read", () => {
  it.each([
    null,
    undefined,
    {},
    { ...someRecipe(), model: "film" },
    { ...someRecipe(), guidance: [1] },
    { ...someRecipe(), references: [null] },
    { ...someRecipe(), loras: [{ name: 1 }] },
    { ...someRecipe(), task: "x2v" },
    { ...someRecipe(), prompt_track: [{ frame: 20 }] },
  ])("is none where something is missing: %#", (data) => {
    expect(readRecipe(data as Record<string, unknown>)).toBeNull();
  });

  it("is itself where all is there", () => {
    expect(readRecipe(someRecipe())).toEqual(someRecipe());
  });
});
