import { rolesOf } from "./fitting";
import { NOTHING_SAVED } from "./saving";
import { isFramesFor, readSize, sizeText } from "./shape";
import type { ClipBody, ClipForm, JobBody, LoraPick, Model, Recipe, Role } from "./types";

/** The request for one clip. The prompt is sent as it is, so wildcards must be expanded before. */
export function toRequest(form: ClipForm, model: Model): ClipBody {
  const given = givenReferences(form, model);
  const base = form.base && baseOf(form, form.base, model);
  const speaks = form.task === "s2v";
  return {
    // An unchanged prompt is left to the base recipe, which also knows the prompt as its author wrote it.
    prompt: base?.prompt === form.prompt && form.style === null ? null : form.prompt,
    negative_prompt: form.negativePrompt,
    model: model.name,
    ...shapeOf(form, model),
    frames: form.frames,
    fps: form.fps,
    steps: form.steps,
    guidance: form.guidance && (model.guidance_pair ? form.guidance : form.guidance[0]),
    shift: form.shift,
    solver: form.solver,
    seed: form.seed,
    accuracy: form.accuracy,
    step_cache: form.stepCache && (model.experts > 1 ? form.stepCache : form.stepCache[0]),
    guidance_until: form.guidanceUntil,
    attention_density: form.attentionDensity,
    quantise: form.quantise,
    motion: form.motion,
    preset: form.preset,
    quality: form.quality,
    style: form.style,
    enhance: false,
    references: Object.fromEntries(given.map(([role, asset]) => [role, asset])),
    loras: lorasOf(form, model),
    recipe: base,
    start_from_picture: speaks && form.startFromPicture,
    compat: speaks && form.compat,
  };
}

/** The request as a job, which may make one clip for each of several seeds. */
export function toJob(form: ClipForm, model: Model): JobBody {
  return {
    kind: "generate",
    ...toRequest(form, model),
    seeds: form.seeds,
    draft_steps: form.draftSteps,
    codec: form.codec,
    priority: 0,
    only_on_ac: false,
    needs: [],
  };
}

function givenReferences(form: ClipForm, model: Model): [Role, string][] {
  const roles = rolesOf(model, form.task).all;
  return roles.flatMap((role) => {
    const asset = form.references[role]?.asset;
    return asset ? [[role, asset] as [Role, string]] : [];
  });
}

/**
 * A base recipe has a size of its own: where the form sets none, ask for the model's area, in the shape of a new
 * picture.
 */
function shapeOf(form: ClipForm, model: Model): Pick<ClipBody, "size" | "area"> {
  if (form.size !== null) return { size: sizeText(form.size) };
  return form.base !== null && form.preset === null ? { area: model.defaults.size } : {};
}

/** The chosen LoRAs by asset id; null where some are known only from a recipe, as the base then holds all of them. */
function lorasOf(form: ClipForm, model: Model): NonNullable<ClipBody["loras"]> | null {
  if (!model.loras) return [];
  if (form.loras.some((lora) => lora.asset === null)) return null;
  return form.loras.flatMap(({ asset, low, high }) =>
    asset === null ? [] : [{ asset, strength_low: low, strength_high: high }],
  );
}

/** The base recipe, without what was removed from the form or reset to the model's own value. */
function baseOf(form: ClipForm, base: Recipe, model: Model): Recipe {
  const roles = rolesOf(model, form.task).all;
  const kept = base.references.filter(({ role, sha256 }) => {
    const chosen = form.references[role];
    return roles.includes(role) && chosen?.asset === null && chosen.sha256 === sha256;
  });
  const { speech, prompt_track, window_frames = 0, ...rest } = base;
  const own = model.defaults;
  // No savings in the form means that its accuracy was changed: then the base's accuracy and savings no longer count.
  const told = [form.stepCache, form.guidanceUntil, form.attentionDensity];
  const untold = told.every((saving) => saving === null);
  return {
    ...rest,
    task: form.task,
    negative_prompt: form.negativePrompt ?? own.negative_prompt,
    ...(form.size ?? readSize(own.size)),
    // Without a chosen length, a speech clip may be as long as its voice, so the model's maximum is asked for.
    frame_count:
      form.frames ?? (form.task === "s2v" && model.length_from_voice ? model.limits.most_frames : own.frames),
    frame_rate: form.fps ?? own.fps,
    steps: form.steps ?? own.steps,
    solver: form.solver ?? own.solver,
    shift: form.shift ?? own.shift,
    guidance: form.guidance ?? own.guidance,
    accuracy: (untold ? null : form.accuracy) ?? model.accuracies[0] ?? base.accuracy,
    step_cache: form.stepCache ?? NOTHING_SAVED.stepCache,
    guidance_until: form.guidanceUntil ?? NOTHING_SAVED.guidanceUntil,
    attention_density: form.attentionDensity ?? NOTHING_SAVED.attentionDensity,
    seed: form.seed ?? base.seed,
    references: kept,
    loras: model.loras ? form.loras.map(loraData) : [],
    ...(speech && form.task === "s2v"
      ? { speech: { ...speech, start_from_picture: form.startFromPicture, compat: form.compat } }
      : {}),
    ...(model.prompt_track && prompt_track ? { prompt_track } : {}),
    ...(model.windows && isFramesFor(window_frames, model.limits) ? { window_frames } : {}),
  };
}

function loraData({ name, sha256, low, high }: LoraPick): Recipe["loras"][number] {
  return { name, sha256, strength_low: low, strength_high: high };
}
