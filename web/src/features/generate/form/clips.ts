import { expandGrid, readAxis } from "./grid";
import { toJob, toRequest } from "./request";
import { type AxisName, type ClipBody, type ClipForm, drawSeed, type JobBody, type Model } from "./types";
import { expandWildcards, MOST_PROMPTS } from "./wildcards";

/** The most clips that one submission queues. */
export const MOST_CLIPS = 500;

export interface Counts {
  prompts: number;
  cells: number;
  seeds: number;
  all: number;
}

/** How many clips the form makes, in total and by prompts, grid cells and seeds. */
export function countClips(form: ClipForm, model: Model): Counts {
  const prompts = expandWildcards(form.prompt, MOST_PROMPTS).length;
  const cells = expandGrid(form.axes, model).length;
  return { prompts, cells, seeds: form.seeds, all: prompts * cells * form.seeds };
}

/** Whether every value of the grid is valid. */
export function isGridRight(form: ClipForm, model: Model): boolean {
  return form.axes.every((axis) => readAxis(axis, model).wrong.length === 0);
}

/**
 * One request for each prompt and each cell of the grid. Several requests share a seed, so that only the intended
 * settings differ. A seed is also drawn if the form comes from a recipe but leaves the seed free, because the recipe's
 * own seed would apply otherwise.
 */
export function toJobs(form: ClipForm, model: Model, draw: () => number = drawSeed): JobBody[] {
  const prompts = expandWildcards(form.prompt, MOST_PROMPTS);
  const cells = expandGrid(form.axes, model);
  const needsSeed = form.seed === null && (prompts.length * cells.length > 1 || form.base !== null);
  const seeded = needsSeed ? { ...form, seed: draw() } : form;
  return prompts.flatMap((prompt) => cells.map(({ change }) => toJob({ ...seeded, prompt, ...change }, model)));
}

/** Stands in for a missing prompt in estimates: a clip's cost hardly depends on its prompt. */
const SOME_PROMPT = "a clip";

/** A grid may have hundreds of cells; at most this many are estimated. */
const MOST_ESTIMATES = 12;

/** Axes that do not change a clip's cost. */
const FREE: AxisName[] = ["seed", "solver"];

/** The grid's cells without the axes that do not change the cost; each stands for equally many clips. */
export function costlyCells(form: ClipForm, model: Model): Partial<ClipForm>[] {
  const axes = form.axes.filter(({ parameter }) => !FREE.includes(parameter));
  return expandGrid(axes, model).map(({ change }) => change);
}

/** Requests for the estimates of these cells, limited to the first ones of a large grid. */
export function toEstimates(form: ClipForm, model: Model): ClipBody[] {
  const [prompt = ""] = expandWildcards(form.prompt, 1);
  const written = { ...form, prompt: prompt.trim() === "" ? SOME_PROMPT : prompt };
  const cells = costlyCells(form, model).slice(0, MOST_ESTIMATES);
  return cells.map((change) => toRequest({ ...written, ...change }, model));
}
