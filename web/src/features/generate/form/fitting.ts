import { isFramesFor, isSizeFor } from "./shape";
import type { ClipForm, Model, Role, Task } from "./types";

/** The model that the form is about: the one chosen, or the one for clips that name none. */
export function modelOf(form: ClipForm, models: Model[]): Model | undefined {
  const here = models.filter((model) => model.installed);
  return (
    models.find((model) => model.name === form.model) ??
    here.find((model) => model.default && model.tasks.includes(form.task)) ??
    here.find((model) => model.tasks.includes(form.task)) ??
    here[0]
  );
}

/** What a task of a model looks at and listens to: of each needed list one, and what may come besides. */
export function rolesOf(model: Model, task: Task): { needed: Role[][]; optional: Role[]; all: Role[] } {
  const found = model.references.find((one) => one.task === task);
  const needed = found?.needed ?? [];
  const optional = found?.optional ?? [];
  return { needed, optional, all: [...needed.flat(), ...optional] };
}

/** The needed references that nobody has given, each as what would do. */
export function lacking(form: ClipForm, model: Model): Role[][] {
  return rolesOf(model, form.task).needed.filter((group) => !group.some((role) => form.references[role]));
}

/** The task of a model that takes such a reference; the form's own where it does. */
export function taskFor(role: Role, form: ClipForm, model: Model): Task | null {
  const takes = (task: Task) => rolesOf(model, task).all.includes(role);
  return takes(form.task) ? form.task : (model.tasks.find(takes) ?? null);
}

/** How many prompts of the form's recipe take over from its own while the clip plays, where the model can do that. */
export function laterPrompts({ base }: ClipForm, model: Model): number {
  return model.prompt_track ? (base?.prompt_track?.length ?? 0) : 0;
}

/** The form without them, and without the windows that a long clip is seen in for their sake. */
export function withoutLater(form: ClipForm): ClipForm {
  if (form.base === null) return form;
  const { prompt_track, window_frames, ...base } = form.base;
  return { ...form, base };
}

/** The form for another model: what that one does not take goes back to what it does by itself. */
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
    // What may be saved is found of each model's own weights.
    stepCache: null,
    guidanceUntil: null,
    attentionDensity: null,
    quantise: keep(form.quantise, (kind) => model.quantisations.includes(kind)),
    preset: keep(form.preset, (preset) => model.presets.includes(preset)),
    loras: model.loras ? form.loras : [],
  };
}

/** The form for another task, with a model that does it; null where none is installed. */
export function forTask(form: ClipForm, task: Task, models: Model[]): ClipForm | null {
  const current = modelOf(form, models);
  if (current?.tasks.includes(task)) return { ...form, task };
  const other = modelOf({ ...form, model: null, task }, models);
  return other?.tasks.includes(task) ? fitted({ ...form, task }, other) : null;
}
