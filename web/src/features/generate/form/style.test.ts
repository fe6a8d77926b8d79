import { describe, expect, it } from "vitest";
import { styleFrom, withStyle } from "./style";
import { type ClipForm, EMPTY_FORM } from "./types";

const lora = { sha256: "1".repeat(64), name: "ink", low: 0.5, high: 1 };
const form: ClipForm = {
  ...EMPTY_FORM,
  prompt: "a boat",
  negativePrompt: "rain",
  steps: 20,
  guidance: [3, 4],
  loras: [
    { ...lora, asset: "a".repeat(32) },
    { ...lora, asset: null },
  ],
};

describe("a style", () => {
  it("keeps what was chosen, and LoRAs that are in the library", () => {
    expect(styleFrom(form, { name: "Ink", before: "ink drawing of", after: "" })).toEqual({
      name: "Ink",
      before: "ink drawing of",
      after: "",
      negative_prompt: "rain",
      loras: [{ asset: "a".repeat(32), strength_low: 0.5, strength_high: 1 }],
      values: { steps: 20, guidance: [3, 4], shift: null, solver: null, accuracy: null, motion: null },
    });
  });

  it("stands in place of what it took over, and of nothing else", () => {
    expect(withStyle(form, "s")).toEqual({ ...EMPTY_FORM, prompt: "a boat", style: "s", loras: [form.loras[1]] });
  });
});
