import { inAccuracy } from "./saving";
import { readSize } from "./shape";
import type { Accuracy, ClipForm } from "./types";

/** Applies changes of an alternative, given by the server's field names, to the form. */
export function laidOver(form: ClipForm, changes: Record<string, unknown>): ClipForm {
  const { frames, steps, size, accuracy, quantise } = changes;
  return {
    ...form,
    ...(typeof frames === "number" ? { frames } : {}),
    ...(typeof steps === "number" ? { steps } : {}),
    ...(typeof size === "string" ? { size: readSize(size) ?? form.size } : {}),
    ...(typeof accuracy === "string" ? inAccuracy(accuracy as Accuracy) : {}),
    ...(typeof quantise === "string" ? { quantise } : {}),
  };
}

const CODES = [
  "shorter",
  "smaller_picture",
  "fewer_steps",
  "weights_rounded",
  "decoded_in_16_bits",
  "decoded_in_tiles",
  "slower_on_processor",
] as const;
export type CostCode = (typeof CODES)[number];

export interface Cost {
  code: CostCode;
  from: string;
  to: string;
  bits: string;
}

/** The costs of an alternative, as far as this page has texts for them. */
export function costsOf(costs: Record<string, unknown>[]): Cost[] {
  return costs.flatMap((cost) => {
    const code = CODES.find((one) => one === cost.code);
    const text = (value: unknown) => String(value ?? "").replace("x", " × ");
    return code ? [{ code, from: text(cost.from), to: text(cost.to), bits: text(cost.bits) }] : [];
  });
}
