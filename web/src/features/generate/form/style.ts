import type { Schemas } from "@/shared/api/client";
import type { ClipForm } from "./types";

export type NewStyle = Schemas["NewStyle"];

/** The part of the form that a style keeps: text around the prompt, LoRAs of the library, and chosen values. */
export function styleFrom(form: ClipForm, words: { name: string; before: string; after: string }): NewStyle {
  return {
    ...words,
    negative_prompt: form.negativePrompt ?? "",
    loras: form.loras.flatMap(({ asset, low, high }) =>
      asset === null ? [] : [{ asset, strength_low: low, strength_high: high }],
    ),
    values: {
      steps: form.steps,
      guidance: form.guidance,
      shift: form.shift,
      solver: form.solver,
      accuracy: form.accuracy,
      motion: form.motion,
    },
  };
}

/** The form with a style, without its own values for what the style sets. */
export function withStyle(form: ClipForm, style: string): ClipForm {
  return {
    ...form,
    style,
    negativePrompt: null,
    loras: form.loras.filter(({ asset }) => asset === null),
    steps: null,
    guidance: null,
    shift: null,
    solver: null,
    accuracy: null,
    motion: null,
  };
}
