import { isFramesFor, isSizeFor } from "./shape";
import type { ClipForm, Model, Role, Task } from "./types";

/** The model that the form is about: the chosen one, or else the default for the form's task. */
export function modelOf(form: ClipForm, models: Model[]): Model | undefined {
  const here = models.filter((model) => model.installed);
  return (
    models.find((model) => model.name === form.model) ??
    here.find((model) => model.default && model.tasks.includes(form.task)) ??
    here.find((model) => model.tasks.includes(form.task)) ??
    here[0]
  );
}

/** The references of a model's task: at least one of each `needed` group, and any of the optional ones. */
export function rolesOf(model: Model, task: Task): { needed: Role[][]; optional: Role[]; all: Role[] } {
  const found = model.references.find((one) => one.task === task);
  const needed = found?.needed ?? [];
  const optional = found?.optional ?? [];
  return { needed, optional, all: [...needed.flat(), ...optional] };
}

/** The groups of needed references of which the form has none. */
export function lacking(form: ClipForm, model: Model): Role[][] {
  return rolesOf(model, form.task).needed.filter((group) => !group.some((role) => form.references[role]));
}

/** A task of the model that takes such a reference, the form's own if possible. */
export function taskFor(role: Role, form: ClipForm, model: Model): Task | null {
  const takes = (task: Task) => rolesOf(model, task).all.includes(role);
  return takes(form.task) ? form.task : (model.tasks.find(takes) ?? null);
}

/** How many later prompts the form's recipe has on its prompt track, where the model supports one. */
export function laterPrompts({ base }: ClipForm, model: Model): number {
  return model.prompt_track ? (base?.prompt_track?.length ?? 0) : 0;
}

/** The form without later prompts, and without the frame windows that they need. */
export function withoutLater(form: ClipForm): ClipForm {
  if (form.base === null) return form;
  const { prompt_track, window_frames, ...base } = form.base;
  return { ...form, base };
}

/** The form for another model: values that it does not support go back to its defaults. */
export function fitted(form: ClipForm, model: Model): ClipForm {
  const task = model.tasks.includes(form.task) ? form.task : (model.tasks[0] ?? form.task);
  const { limits } = model;
  const keep = <T>(value: T | null, fits: (value: T) => boolean): T | null =>
    value !== null && fits(value) ? value : null;
  const pair = form.guidance;
  return {
    ...form,
    model: model.name,
    task,
    size: keep(form.size, (size) => isSizeFor(size, limits)),
    frames: keep(form.frames, (count) => isFramesFor(count, limits)),
    steps: keep(form.steps, (steps) => steps <= limits.most_steps),
    guidance: pair && !model.guidance_pair ? [pair[0], pair[0]] : pair,
    accuracy: keep(form.accuracy, (accuracy) => model.accuracies.includes(accuracy)),
    // Savings are measured for each model's own weights.
    stepCache: null,
    guidanceUntil: null,
    attentionDensity: null,
    quantise: keep(form.quantise, (kind) => model.quantisations.includes(kind)),
    preset: keep(form.preset, (preset) => model.presets.includes(preset)),
    loras: model.loras ? form.loras : [],
  };
}

/** The form for another task, with a model that can do it; null where none is installed. */
export function forTask(form: ClipForm, task: Task, models: Model[]): ClipForm | null {
  const current = modelOf(form, models);
  if (current?.tasks.includes(task)) return { ...form, task };
  const other = modelOf({ ...form, model: null, task }, models);
  return other?.tasks.includes(task) ? fitted({ ...form, task }, other) : null;
}
