import type { Model, Recipe } from "./types";

/** A model as the server describes it, for tests, with some changes. */
export function someModel(changes: Partial<Model> = {}): Model {
  return {
    name: "film",
    title: "Film",
    family: "film",
    licence: "Apache-2.0",
    licence_url: null,
    licence_note: null,
    installed: true,
    default: true,
    bytes: 1,
    tasks: ["t2v", "i2v"],
    accepts: ["image", "video"],
    references: [
      { task: "t2v", needed: [], optional: [] },
      { task: "i2v", needed: [["image", "video"]], optional: ["last_image"] },
    ],
    accuracies: ["exact", "high", "fast"],
    experts: 2,
    guidance_pair: true,
    loras: true,
    enhances: true,
    prompt_track: true,
    windows: true,
    quantisations: ["int8"],
    presets: ["film-720p"],
    length_from_voice: false,
    shaped_by_picture: true,
    sizes: ["1280x720", "832x480"],
    defaults: {
      size: "1280x720",
      frames: 81,
      fps: "16",
      steps: 40,
      guidance: [3, 4],
      shift: 12,
      solver: "unipc",
      negative_prompt: "blurred",
    },
    limits: {
      grid: 16,
      temporal: 4,
      smallest: "64x64",
      largest: "2048x2048",
      most_frames: 241,
      most_steps: 200,
      most_prompt_characters: 8000,
    },
    source: null,
    fits: "yes",
    needs: null,
    warm_slots: [],
    pull_job: null,
    ...changes,
  };
}

/** A speech model with one expert and few options. */
export function speakingModel(): Model {
  return someModel({
    name: "voice",
    default: false,
    tasks: ["s2v"],
    accepts: ["image", "audio", "pose"],
    references: [{ task: "s2v", needed: [["image"], ["audio"]], optional: ["pose"] }],
    experts: 1,
    guidance_pair: false,
    length_from_voice: true,
    loras: false,
    prompt_track: false,
    windows: false,
    presets: [],
    quantisations: [],
    accuracies: ["exact"],
  });
}

/** A small text-to-video model for simple shapes. */
export function smallModel(): Model {
  const base = someModel();
  return {
    ...base,
    name: "small",
    default: false,
    tasks: ["t2v"],
    accepts: [],
    references: [{ task: "t2v", needed: [], optional: [] }],
    accuracies: ["exact"],
    experts: 1,
    guidance_pair: false,
    loras: false,
    presets: [],
    sizes: ["256x256"],
    defaults: { ...base.defaults, size: "256x256", frames: 33 },
    limits: { ...base.limits, grid: 32, largest: "512x512", most_frames: 97, most_steps: 100 },
  };
}

export function someRecipe(changes: Partial<Recipe> = {}): Recipe {
  return {
    format: 1,
    model: { name: "film", files: { "weights.safetensors": "0".repeat(64) } },
    task: "t2v",
    prompt: "a boat on a river",
    negative_prompt: "rain",
    width: 832,
    height: 480,
    frame_count: 41,
    frame_rate: "24000/1001",
    steps: 30,
    solver: "dpm++",
    shift: 5,
    guidance: [3, 4.5],
    seed: 7,
    accuracy: "high",
    references: [],
    loras: [],
    ...changes,
  };
}
