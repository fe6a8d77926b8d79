import { describe, expect, it } from "vitest";
import { toJobs } from "./clips";
import { withoutLater } from "./fitting";
import { toRequest } from "./request";
import { extended, fromRecipe, varied } from "./restore";
import { smallModel, someModel, someRecipe, speakingModel } from "./samples";
import { inAccuracy } from "./saving";
import { type Asset, type ClipBody, type ClipForm, EMPTY_FORM, type Model, type Recipe } from "./types";

/** How the server merges a request with the recipe it starts from. */
function composed(body: ClipBody): Record<string, unknown> {
  const base = body.recipe as Recipe;
  const [width, height] = (body.size ?? `${base.width}x${base.height}`).split("x").map(Number);
  const given = {
    prompt: body.prompt,
    negative_prompt: body.negative_prompt,
    frame_count: body.frames,
    frame_rate: body.fps,
    steps: body.steps,
    solver: body.solver,
    shift: body.shift,
    guidance: typeof body.guidance === "number" ? [body.guidance, body.guidance] : body.guidance,
    seed: body.seed,
    accuracy: body.accuracy,
    step_cache: typeof body.step_cache === "number" ? [body.step_cache, body.step_cache] : body.step_cache,
    guidance_until: body.guidance_until,
    attention_density: body.attention_density,
  };
  const set = Object.entries(given).filter(([, value]) => value !== null && value !== undefined);
  return { ...base, width, height, ...Object.fromEntries(set) };
}

/** Values of fields that a recipe omits. */
const UNSAVED = { step_cache: [0, 0], guidance_until: 1, attention_density: 1 };

const picture = { role: "image" as const, sha256: "1".repeat(64) };
const voice = { role: "audio" as const, sha256: "2".repeat(64) };
const lora = { name: "ink", sha256: "3".repeat(64), strength_low: 0.5, strength_high: 1 };
const track = [{ frame: 20, prompt: "a storm comes up", crossfade: 4 }];
const speech = { segment_frames: 48, start_from_picture: true, compat: false };

const CASES: [string, Model, Partial<Recipe>][] = [
  ["plain", someModel(), {}],
  ["enhanced", someModel(), { written_prompt: "boat" }],
  ["with braces", someModel(), { prompt: '{"scene": "{a|b} \\\\ sea"}' }],
  ["hostile", someModel(), { prompt: '"><img onerror=1>\u202e\n{' }],
  ["with a picture", someModel(), { task: "i2v", references: [picture] }],
  ["with two pictures", someModel(), { task: "i2v", references: [picture, { ...picture, role: "last_image" }] }],
  ["with LoRAs", someModel(), { loras: [lora, { ...lora, sha256: "4".repeat(64), strength_low: -1 }] }],
  ["that had to give", someModel(), { rungs: ["tile", "int8"] }],
  ["of one expert", smallModel(), { model: { name: "small" }, guidance: [5, 5], accuracy: "exact" }],
  [
    "that speaks",
    speakingModel(),
    {
      model: { name: "voice" },
      task: "s2v",
      references: [picture, voice],
      guidance: [4.5, 4.5],
      accuracy: "exact",
      speech,
    },
  ],
  ["that saves steps", someModel(), { accuracy: "fast", step_cache: [0.1, 0.2], guidance_until: 0.6 }],
  ["that leaves out attention", someModel(), { accuracy: "fast", attention_density: 0.5 }],
  ["of one expert that saves steps", someModel({ experts: 1 }), { accuracy: "fast", step_cache: [0.1, 0.1] }],
  ["of several prompts", someModel(), { prompt_track: track, window_frames: 33 }],
  ["with a zero", someModel(), { guidance: [0, 0], seed: 0, negative_prompt: "" }],
  ["with the largest seed", someModel(), { seed: Number.MAX_SAFE_INTEGER }],
];

describe("a recipe that went through the form", () => {
  it.each(CASES)("is the same: %s", (_name, model, changes) => {
    const recipe = someRecipe(changes);
    const { form, notes } = fromRecipe(recipe, model);
    const [body] = toJobs(form, model);
    expect(notes).toEqual([]);
    expect(body && composed(body)).toEqual({ ...UNSAVED, ...recipe });
  });

  it.each(CASES)("keeps its model and asks for nothing new: %s", (_name, model, changes) => {
    const { form } = fromRecipe(someRecipe(changes), model);
    const body = toRequest({ ...form, prompt: someRecipe(changes).prompt }, model);
    expect(body.model).toBe(model.name);
    expect(body.prompt).toBeNull();
    expect([body.preset, body.quality, body.style, body.motion]).toEqual([null, null, null, null]);
  });

  it("saves nothing in another accuracy, and what was calibrated where nothing is said any more", () => {
    const model = someModel();
    const { form } = fromRecipe(
      someRecipe({ accuracy: "fast", step_cache: [0.1, 0.2], attention_density: 0.5 }),
      model,
    );
    const exact = toRequest({ ...form, ...inAccuracy("exact") }, model);
    expect([exact.accuracy, exact.step_cache, exact.guidance_until]).toEqual(["exact", null, null]);
    expect(exact.recipe).toMatchObject({
      accuracy: "exact",
      step_cache: [0, 0],
      guidance_until: 1,
      attention_density: 1,
    });
    const fast = toRequest({ ...form, ...inAccuracy("fast") }, model);
    // The server applies measured savings only if the base has another accuracy.
    expect([fast.accuracy, fast.step_cache, fast.recipe?.accuracy]).toEqual(["fast", null, "exact"]);
  });

  it("takes another seed for another take, never the recipe's own", () => {
    const model = someModel();
    const { form } = varied(fromRecipe(someRecipe(), model));
    const [body] = toJobs(form, model, () => 99);
    expect(body?.seed).toBe(99);
    expect(body && { ...composed(body), seed: 7 }).toEqual({ ...UNSAVED, ...someRecipe() });
  });

  it("goes on where its clip ends", () => {
    const model = someModel();
    const clip = { id: "a".repeat(32), sha256: "5".repeat(64), name: "boat.mp4" } as Asset;
    const restored = extended(fromRecipe(someRecipe({ task: "i2v", references: [picture] }), model), clip, [model]);
    const body = toRequest(restored.form, model);
    expect(body.references).toEqual({ video: clip.id });
    expect((body.recipe as Recipe).references).toEqual([]);
    expect(restored.notes).toEqual([]);
  });

  it("says when no model can go on with it", () => {
    const model = smallModel();
    const recipe = someRecipe({ model: { name: "small" } });
    expect(extended(fromRecipe(recipe, model), {} as Asset, [model]).notes).toEqual(["cannotExtend"]);
  });

  it("fits another model where its own is not here", () => {
    const model = smallModel();
    const { form, notes } = fromRecipe(someRecipe({ loras: [lora] }), model);
    expect(notes).toEqual(["otherModel"]);
    expect(form).toMatchObject({ model: "small", size: null, loras: [], accuracy: null, guidance: [3, 3] });
  });

  it("leaves out later prompts and windows that a model does not take, and those that were removed", () => {
    const { form } = fromRecipe(someRecipe({ prompt_track: track, window_frames: 33 }), someModel());
    const sent = (form: ClipForm, changes: Partial<Model>) => {
      const { prompt_track, window_frames } = toRequest(form, someModel(changes)).recipe as Recipe;
      return { prompt_track, window_frames };
    };
    expect(sent(form, {})).toEqual({ prompt_track: track, window_frames: 33 });
    expect(sent(form, { windows: false })).toEqual({ prompt_track: track });
    expect(sent(form, { prompt_track: false, windows: false })).toEqual({});
    expect(sent(form, { limits: { ...someModel().limits, temporal: 5 } })).toEqual({ prompt_track: track });
    expect(sent(withoutLater(form), {})).toEqual({});
  });

  it("says when its seed has more digits than a page can hold", () => {
    const { form, notes } = fromRecipe(someRecipe({ seed: 2 ** 60 }), someModel());
    expect(form.seed).toBeNull();
    expect(notes).toEqual(["seedTooLong"]);
  });

  it("gives back to the model what is cleared in the form", () => {
    const model = someModel();
    const { form } = fromRecipe(someRecipe(), model);
    const cleared = { ...form, steps: null, guidance: null, shift: null, frames: null, fps: null, solver: null };
    const base = toRequest(cleared, model).recipe;
    expect(base).toMatchObject({ steps: 40, guidance: [3, 4], shift: 12, frame_count: 81, frame_rate: "16" });
  });

  it("lets go of a reference that was taken out or replaced", () => {
    const model = someModel();
    const { form } = fromRecipe(someRecipe({ task: "i2v", references: [picture] }), model);
    const none = toRequest({ ...form, references: {} }, model);
    expect((none.recipe as Recipe).references).toEqual([]);
    const other = { asset: "b".repeat(32), sha256: "6".repeat(64), name: "" };
    const replaced = toRequest({ ...form, references: { image: other } }, model);
    expect(replaced.references).toEqual({ image: other.asset });
    expect((replaced.recipe as Recipe).references).toEqual([]);
  });
});

describe("a form from scratch", () => {
  const form = { ...EMPTY_FORM, prompt: "a boat" };
  const reference = (id: string) => ({ asset: id.repeat(32), sha256: id.repeat(64), name: "" });

  it("names nothing but its prompt and model", () => {
    const body = toRequest(form, someModel());
    const set = Object.entries(body).filter(([, value]) => value !== null && value !== false);
    expect(Object.fromEntries(set)).toEqual({ prompt: "a boat", model: "film", references: {}, loras: [] });
  });

  it("sends no reference that its task does not take", () => {
    const references = { image: reference("a"), audio: reference("b") };
    expect(toRequest({ ...form, references }, someModel()).references).toEqual({});
    expect(toRequest({ ...form, task: "i2v", references }, someModel()).references).toEqual({
      image: "a".repeat(32),
    });
    expect(toRequest({ ...form, task: "s2v", references }, speakingModel()).references).toEqual({
      image: "a".repeat(32),
      audio: "b".repeat(32),
    });
  });

  it("gives a model of one expert one guidance", () => {
    expect(toRequest({ ...form, guidance: [2, 3] }, smallModel()).guidance).toBe(2);
    expect(toRequest({ ...form, guidance: [2, 3] }, someModel()).guidance).toEqual([2, 3]);
  });

  it("names LoRAs with a strength for each expert", () => {
    const loras = [{ asset: "c".repeat(32), sha256: "c".repeat(64), name: "ink", low: 0.4, high: 0.8 }];
    expect(toRequest({ ...form, loras }, someModel()).loras).toEqual([
      { asset: "c".repeat(32), strength_low: 0.4, strength_high: 0.8 },
    ]);
  });
});
