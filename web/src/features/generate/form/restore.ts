import { fitted } from "./fitting";
import { NOTHING_SAVED } from "./saving";
import { type Asset, type ClipForm, EMPTY_FORM, type Model, type Recipe, type Reference, type Role } from "./types";
import { escapeWildcards } from "./wildcards";

/** What could not be restored exactly; shown to the user. */
export type RestoreNote = "otherModel" | "seedTooLong" | "cannotExtend";
export type How = "again" | "vary" | "extend";

export interface Restored {
  form: ClipForm;
  notes: RestoreNote[];
}

/** The form that repeats a recipe; on another model if the recipe's own is not available. */
export function fromRecipe(recipe: Recipe, model: Model): Restored {
  const exact = Number.isSafeInteger(recipe.seed);
  const other = model.name !== recipe.model.name;
  const form: ClipForm = {
    ...EMPTY_FORM,
    model: recipe.model.name,
    task: recipe.task,
    prompt: escapeWildcards(recipe.prompt),
    negativePrompt: recipe.negative_prompt,
    references: Object.fromEntries(recipe.references.map(({ role, sha256 }) => [role, byContent(sha256)])),
    size: { width: recipe.width, height: recipe.height },
    frames: recipe.frame_count,
    fps: recipe.frame_rate,
    steps: recipe.steps,
    guidance: [...recipe.guidance],
    shift: recipe.shift,
    solver: recipe.solver,
    accuracy: recipe.accuracy,
    stepCache: recipe.step_cache ?? NOTHING_SAVED.stepCache,
    guidanceUntil: recipe.guidance_until ?? NOTHING_SAVED.guidanceUntil,
    attentionDensity: recipe.attention_density ?? NOTHING_SAVED.attentionDensity,
    seed: exact ? recipe.seed : null,
    loras: recipe.loras.map(({ name, sha256, strength_low, strength_high }) => ({
      asset: null,
      sha256,
      name,
      low: strength_low,
      high: strength_high,
    })),
    startFromPicture: recipe.speech?.start_from_picture ?? false,
    compat: recipe.speech?.compat ?? false,
    base: recipe,
  };
  return {
    form: other ? fitted(form, model) : form,
    notes: [...(other ? (["otherModel"] as const) : []), ...(exact ? [] : (["seedTooLong"] as const))],
  };
}

function byContent(sha256: string): Reference {
  return { asset: null, sha256, name: "" };
}

/** A variation: the same form with a free seed. */
export function varied({ form, notes }: Restored): Restored {
  return { form: { ...form, seed: null }, notes };
}

/** Continues the clip: the form takes the clip itself as its reference, in place of the clip's own references. */
export function extended({ form, notes }: Restored, clip: Asset, models: Model[]): Restored {
  const takes = (model: Model) => model.installed && model.references.some((one) => holds(one, "video"));
  const current = models.find((model) => model.name === form.model);
  const model = current && takes(current) ? current : models.find(takes);
  const task = model?.references.find((one) => holds(one, "video"))?.task;
  if (model === undefined || task === undefined) return { form, notes: [...notes, "cannotExtend"] };
  const goesOn: ClipForm = { ...form, task, seed: null, references: { video: referenceTo(clip) } };
  return {
    form: model === current ? goesOn : fitted(goesOn, model),
    notes: model === current || notes.includes("otherModel") ? notes : [...notes, "otherModel"],
  };
}

function holds(one: Model["references"][number], role: Role): boolean {
  return [...one.needed.flat(), ...one.optional].includes(role);
}

export function referenceTo(asset: Asset): Reference {
  return { asset: asset.id, sha256: asset.sha256, name: asset.name };
}
