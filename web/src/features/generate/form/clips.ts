import { expandGrid, readAxis } from "./grid";
import { toJob, toRequest } from "./request";
import { type ClipBody, type ClipForm, drawSeed, type JobBody, type Model } from "./types";
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

/** The first of the clips, as its cost is asked for. */
export function toEstimate(form: ClipForm, model: Model): ClipBody {
  const [prompt = ""] = expandWildcards(form.prompt, 1);
  const change = expandGrid(form.axes, model)[0]?.change ?? {};
  return toRequest({ ...form, prompt: prompt.trim() === "" ? SOME_PROMPT : prompt, ...change }, model);
}
