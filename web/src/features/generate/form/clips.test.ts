import { describe, expect, it } from "vitest";
import { countClips, isGridRight, toEstimate, toJobs } from "./clips";
import { expandGrid, readAxis } from "./grid";
import { smallModel, someModel } from "./samples";
import { EMPTY_FORM } from "./types";

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

  it("are estimated by the first, with words where none are written yet", () => {
    expect(toEstimate(form, model)).toMatchObject({ prompt: "a red boat", steps: 10 });
    expect(toEstimate(EMPTY_FORM, model).prompt).toBe("a clip");
  });
});
