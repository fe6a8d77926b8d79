import { describe, expect, it } from "vitest";
import { costlyCells, countClips, isGridRight, toEstimates, toJobs } from "./clips";
import { type Answers, costOfAll } from "./cost";
import { expandGrid, readAxis } from "./grid";
import { smallModel, someModel, someRecipe } from "./samples";
import { EMPTY_FORM, type Estimate, type Recipe } from "./types";

const model = someModel();

describe("an axis", () => {
  it.each([
    ["steps", "20, 30;40 20", ["20", "30", "40"], []],
    ["steps", "0, 1.5, 201, x, 12", ["12"], ["0", "1.5", "201", "x"]],
    ["guidance", "0 3.5 31", ["0", "3.5"], ["31"]],
    ["frames", "33, 34", ["33"], ["34"]],
    ["solver", "unipc, magic", ["unipc"], ["magic"]],
    ["accuracy", "exact fast", ["exact", "fast"], []],
    ["motion", "0 0.5 1 2", ["0", "0.5", "1"], ["2"]],
    ["seed", "", [], []],
  ] as const)("of %s reads %j", (parameter, values, right, wrong) => {
    const read = readAxis({ parameter, values }, model);
    expect(read.variations.map(({ label }) => label)).toEqual(right);
    expect(read.wrong).toEqual(wrong);
  });

  it("knows only the accuracies of the model", () => {
    expect(readAxis({ parameter: "accuracy", values: "fast" }, smallModel()).wrong).toEqual(["fast"]);
  });
});

describe("a grid", () => {
  it("has one cell without axes, and all combinations with two", () => {
    expect(expandGrid([], model)).toEqual([{ label: "", change: {} }]);
    const cells = expandGrid(
      [
        { parameter: "steps", values: "10 20" },
        { parameter: "guidance", values: "3 4 5" },
      ],
      model,
    );
    expect(cells).toHaveLength(6);
    expect(cells[5]).toEqual({ label: "steps 20, guidance 5", change: { steps: 20, guidance: [5, 5] } });
  });

  it("passes over an axis without values", () => {
    expect(expandGrid([{ parameter: "steps", values: " " }], model)).toHaveLength(1);
  });
});

describe("several clips", () => {
  const form = { ...EMPTY_FORM, prompt: "a {red|blue} boat", axes: [{ parameter: "steps" as const, values: "10 20" }] };

  it("are one for each prompt, cell and seed", () => {
    expect(countClips({ ...form, seeds: 3 }, model)).toEqual({ prompts: 2, cells: 2, seeds: 3, all: 12 });
  });

  it("share a seed that is drawn once", () => {
    const seeds = [5, 6, 7, 8];
    const jobs = toJobs(form, model, () => seeds.shift() ?? 0);
    expect(jobs.map((job) => [job.prompt, job.steps, job.seed])).toEqual([
      ["a red boat", 10, 5],
      ["a red boat", 20, 5],
      ["a blue boat", 10, 5],
      ["a blue boat", 20, 5],
    ]);
  });

  it("leave the seed of a single one to the server", () => {
    expect(toJobs({ ...EMPTY_FORM, prompt: "a boat" }, model)[0]?.seed).toBeNull();
  });

  it("count seeds up and stop drafts where they are told to", () => {
    const [job] = toJobs({ ...EMPTY_FORM, prompt: "a boat", seeds: 6, draftSteps: 4, codec: "av1" }, model);
    expect(job).toMatchObject({ kind: "generate", seeds: 6, draft_steps: 4, codec: "av1" });
  });

  it("are not made from a grid that is wrong", () => {
    expect(isGridRight(form, model)).toBe(true);
    expect(isGridRight({ ...form, axes: [{ parameter: "steps", values: "ten" }] }, model)).toBe(false);
  });

  it("are estimated by those that take something else, with words where none are written yet", () => {
    expect(toEstimates(form, model)).toMatchObject([
      { prompt: "a red boat", steps: 10 },
      { prompt: "a red boat", steps: 20 },
    ]);
    expect(toEstimates(EMPTY_FORM, model)).toMatchObject([{ prompt: "a clip" }]);
    const seeds = { ...form, axes: [...form.axes, { parameter: "seed" as const, values: "1 2 3" }] };
    expect(toEstimates(seeds, model)).toEqual(toEstimates(form, model));
  });

  it("are asked about a dozen times at most", () => {
    const steps = Array.from({ length: 100 }, (_, at) => at + 1).join(" ");
    expect(toEstimates({ ...form, axes: [{ parameter: "steps", values: steps }] }, model)).toHaveLength(12);
  });
});

describe("the cost of several clips", () => {
  const stages = { start: 1, load: 20, encode: 4, denoise: 400, decode: 60, end: 5 };

  function answer(changes: Partial<Recipe> = {}, plan: Partial<Estimate["plan"]> = {}): Estimate {
    const whole = { seconds: 490, disk: 1000, stages, ...plan };
    return { recipe: someRecipe({ steps: 40, ...changes }), plan: whole } as unknown as Estimate;
  }

  it("is that of each, with the model loaded once", () => {
    expect(costOfAll([{}], [answer()], 6, null)).toEqual({ seconds: 6 * 464 + 26, disk: 6000 });
  });

  it("is in drafts that of their steps, and of what comes before", () => {
    expect(costOfAll([{}], [answer()], 6, 12).seconds).toBeCloseTo(6 * (4 + 120) + 26);
    const speech = { segment_frames: 20, start_from_picture: true, compat: false };
    // 41 frames make three segments of 40 steps each.
    expect(costOfAll([{}], [answer({ speech })], 1, 12).seconds).toBeCloseTo(4 + 40 + 26);
  });

  it("is in a grid that of each cell, as often as it is made", () => {
    const axes = [{ parameter: "steps" as const, values: "10 40 80" }];
    const cells = costlyCells({ ...EMPTY_FORM, axes }, model);
    const told = (steps: number) =>
      answer({ steps }, { seconds: 90 + 10 * steps, stages: { ...stages, denoise: 10 * steps } });
    const exact: Answers = [told(10), told(40), told(80)];
    expect(costOfAll(cells, exact, 6, null)).toEqual({ seconds: 2 * (164 + 464 + 864) + 26, disk: 6000 });
    expect(costOfAll(cells, exact, 3, 5).seconds).toBeCloseTo(3 * (4 + 50) + 26);
    // Scaled from the first estimate alone, as long as the others are missing.
    expect(costOfAll(cells, [told(10), undefined], 6, null).seconds).toBeCloseTo(2 * (164 + 464 + 864) + 26);
  });

  it("grows with the frames of cells that are not told", () => {
    const cells = [{ frames: 41 }, { frames: 82 }];
    const { seconds, disk } = costOfAll(cells, [answer()], 2, null);
    expect(seconds).toBeCloseTo(490 + 464 + 400 + 60);
    expect(disk).toBe(3000);
  });
});
