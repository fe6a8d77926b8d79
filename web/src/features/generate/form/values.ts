import { rate } from "@/shared/format";
import { readRecipe } from "./recipe";
import { inAccuracy, NOTHING_SAVED } from "./saving";
import { readSize } from "./shape";
import type { Accuracy, ClipForm, Estimate, Level, Model, Preset, Size, Solver } from "./types";

/** A clip's effective values: the form's or, where it has none, those of its preset or model. */
export interface Values {
  size: Size;
  frames: number;
  rate: number;
  steps: number;
  guidance: [number, number];
  shift: number;
  solver: Solver;
  accuracy: Accuracy;
  stepCache: [number, number];
  guidanceUntil: number;
  attentionDensity: number;
  negativePrompt: string;
}

const FEWEST_STEPS = 4;

/** The values that apply where the form has none. Those of the estimate come first, as the server composed them. */
export function ownValues(
  form: ClipForm,
  model: Model,
  known: { presets: Preset[]; levels: Level[]; estimate: Estimate | undefined },
): Values {
  const composed = readRecipe(known.estimate?.recipe);
  const recipe = composed?.model.name === model.name ? composed : null;
  const preset = known.presets.find((one) => one.name === form.preset);
  const level = known.levels.find((one) => one.name === form.quality);
  const { defaults } = model;
  const steps = level
    ? Math.max(FEWEST_STEPS, Math.round(defaults.steps * level.steps_factor))
    : (preset?.steps ?? defaults.steps);
  return {
    size: (recipe && { width: recipe.width, height: recipe.height }) ??
      readSize(preset?.size ?? defaults.size) ?? { width: 0, height: 0 },
    frames: recipe?.frame_count ?? preset?.frames ?? defaults.frames,
    rate: rate(recipe?.frame_rate ?? preset?.fps ?? defaults.fps),
    steps: recipe?.steps ?? steps,
    guidance: recipe?.guidance ?? preset?.guidance ?? defaults.guidance,
    shift: recipe?.shift ?? preset?.shift ?? defaults.shift,
    solver: recipe?.solver ?? preset?.solver ?? defaults.solver,
    accuracy: recipe?.accuracy ?? preset?.accuracy ?? model.accuracies[0] ?? "exact",
    stepCache: recipe?.step_cache ?? NOTHING_SAVED.stepCache,
    guidanceUntil: recipe?.guidance_until ?? NOTHING_SAVED.guidanceUntil,
    attentionDensity: recipe?.attention_density ?? NOTHING_SAVED.attentionDensity,
    negativePrompt: recipe?.negative_prompt ?? defaults.negative_prompt,
  };
}

/** Fields that the preset sets are cleared in the form, so that the preset's values apply. */
export function withPreset(form: ClipForm, preset: Preset | null): ClipForm {
  if (preset === null) return { ...form, preset: null };
  return {
    ...form,
    preset: preset.name,
    size: preset.size === null && preset.area === null ? form.size : null,
    frames: preset.frames === null ? form.frames : null,
    fps: preset.fps === null ? form.fps : null,
    steps: preset.steps === null ? form.steps : null,
    guidance: preset.guidance === null ? form.guidance : null,
    shift: preset.shift === null ? form.shift : null,
    solver: preset.solver === null ? form.solver : null,
    ...(preset.accuracy === null ? {} : inAccuracy(null)),
  };
}
