import { expandGrid, readAxis } from "./grid";
import { toJob, toRequest } from "./request";
import { type AxisName, type ClipBody, type ClipForm, drawSeed, type JobBody, type Model } from "./types";
import { expandWildcards, MOST_PROMPTS } from "./wildcards";

/** More clips than this are not queued by one press of a button. */
export const MOST_CLIPS = 500;

export interface Counts {
  prompts: number;
  cells: number;
  seeds: number;
  all: number;
}

/** How many clips the form makes, and by what. */
export function countClips(form: ClipForm, model: Model): Counts {
  const prompts = expandWildcards(form.prompt, MOST_PROMPTS).length;
  const cells = expandGrid(form.axes, model).length;
  return { prompts, cells, seeds: form.seeds, all: prompts * cells * form.seeds };
}

/** Whether everything of the grid was understood. */
export function isGridRight(form: ClipForm, model: Model): boolean {
  return form.axes.every((axis) => readAxis(axis, model).wrong.length === 0);
}

/**
 * One request for each prompt and each cell of the grid. Where there are several they share a seed, so that nothing
 * differs but what was asked to; a recipe's own seed must not come back where it was set free, so one is drawn then, too.
 */
export function toJobs(form: ClipForm, model: Model, draw: () => number = drawSeed): JobBody[] {
  const prompts = expandWildcards(form.prompt, MOST_PROMPTS);
  const cells = expandGrid(form.axes, model);
  const needsSeed = form.seed === null && (prompts.length * cells.length > 1 || form.base !== null);
  const seeded = needsSeed ? { ...form, seed: draw() } : form;
  return prompts.flatMap((prompt) => cells.map(({ change }) => toJob({ ...seeded, prompt, ...change }, model)));
}

/** Stands for a prompt that is still to be written: what a clip takes hardly depends on it. */
const SOME_PROMPT = "a clip";

/** A grid may have hundreds of cells; the server is asked for so many of them. */
const MOST_ESTIMATES = 12;

/** Axes along which all clips take the same. */
const FREE: AxisName[] = ["seed", "solver"];

/** The cells of the grid, of those that take the same only one: each stands for as many clips. */
export function costlyCells(form: ClipForm, model: Model): Partial<ClipForm>[] {
  const axes = form.axes.filter(({ parameter }) => !FREE.includes(parameter));
  return expandGrid(axes, model).map(({ change }) => change);
}

/** A clip of each such cell, as its cost is asked for; of the first ones, where there are many. */
export function toEstimates(form: ClipForm, model: Model): ClipBody[] {
  const [prompt = ""] = expandWildcards(form.prompt, 1);
  const written = { ...form, prompt: prompt.trim() === "" ? SOME_PROMPT : prompt };
  const cells = costlyCells(form, model).slice(0, MOST_ESTIMATES);
  return cells.map((change) => toRequest({ ...written, ...change }, model));
}
