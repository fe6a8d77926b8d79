import type { Schemas } from "@/shared/api/client";

export type Style = Schemas["Style"];
export type NewStyle = Schemas["NewStyle"];
export type Lora = Schemas["StyleLora"];
type Values = Schemas["StyleValues"];

/** A number field's value: empty where the style leaves it open. */
type Typed = number | "";

/** A style as edited in the form. */
export interface Draft {
  name: string;
  before: string;
  after: string;
  negative: string;
  loras: Lora[];
  steps: Typed;
  guidanceLow: Typed;
  guidanceHigh: Typed;
  shift: Typed;
  motion: Typed;
  solver: NonNullable<Values["solver"]> | null;
  accuracy: NonNullable<Values["accuracy"]> | null;
}

export const EMPTY: Draft = {
  name: "",
  before: "",
  after: "",
  negative: "",
  loras: [],
  steps: "",
  guidanceLow: "",
  guidanceHigh: "",
  shift: "",
  motion: "",
  solver: null,
  accuracy: null,
};

export function draftOf(style: Style): Draft {
  const values = style.values ?? {};
  return {
    name: style.name,
    before: style.before ?? "",
    after: style.after ?? "",
    negative: style.negative_prompt ?? "",
    loras: style.loras ?? [],
    steps: values.steps ?? "",
    guidanceLow: values.guidance?.[0] ?? "",
    guidanceHigh: values.guidance?.[1] ?? "",
    shift: values.shift ?? "",
    motion: values.motion ?? "",
    solver: values.solver ?? null,
    accuracy: values.accuracy ?? null,
  };
}

/** The request for a draft, without fields that are left open. One guidance value counts for both experts. */
export function bodyOf(draft: Draft): NewStyle {
  const low = draft.guidanceLow === "" ? draft.guidanceHigh : draft.guidanceLow;
  const high = draft.guidanceHigh === "" ? draft.guidanceLow : draft.guidanceHigh;
  const values: Values = {
    ...(draft.steps === "" ? {} : { steps: draft.steps }),
    ...(low === "" || high === "" ? {} : { guidance: [low, high] }),
    ...(draft.shift === "" ? {} : { shift: draft.shift }),
    ...(draft.motion === "" ? {} : { motion: draft.motion }),
    ...(draft.solver === null ? {} : { solver: draft.solver }),
    ...(draft.accuracy === null ? {} : { accuracy: draft.accuracy }),
  };
  const { name, before, after, negative, loras } = draft;
  return { name, before, after, negative_prompt: negative, loras, values };
}

/** A clip's prompt with the style's text, as a preview. */
export function sample(draft: Pick<Draft, "before" | "after">, prompt: string): string {
  return [draft.before, prompt, draft.after]
    .map((part) => part.trim())
    .filter(Boolean)
    .join(" ");
}
