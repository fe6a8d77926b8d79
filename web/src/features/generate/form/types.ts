import type { Schemas } from "@/shared/api/client";

export type Model = Schemas["Model"];
export type Preset = Schemas["Preset"];
export type Level = Schemas["Level"];
export type Style = Schemas["Style"];
export type Asset = Schemas["AssetAnswer"];
export type Estimate = Schemas["Estimate"];
export type Task = Model["tasks"][number];
export type Role = Model["accepts"][number];
export type Accuracy = Model["accuracies"][number];
export type Solver = Model["defaults"]["solver"];
export type ClipBody = Schemas["Clip"];
export type JobBody = Schemas["GenerateRequest"];
export type Codec = JobBody["codec"];

export const TASKS: readonly Task[] = ["t2v", "i2v", "s2v"];
export const SOLVERS: readonly Solver[] = ["unipc", "dpm++", "euler"];
export const CODECS: readonly Codec[] = ["h264", "hevc", "av1", "ffv1"];
/** The largest whole number that is exact in JSON everywhere. */
export const MOST_SEED = Number.MAX_SAFE_INTEGER;
/** Upper bound of drawn seeds, as on the server: short enough to read aloud. */
const MOST_DRAWN_SEED = 2 ** 31;

export function drawSeed(): number {
  return Math.floor(Math.random() * MOST_DRAWN_SEED);
}

export interface Size {
  width: number;
  height: number;
}

/** A file that a clip is made from. A file known only from a recipe has no asset and is identified by its hash. */
export interface Reference {
  asset: string | null;
  sha256: string;
  name: string;
  /** Asset id of the whole picture, if this one was cropped from it. */
  original?: string;
}

export interface LoraPick {
  asset: string | null;
  sha256: string;
  name: string;
  low: number;
  high: number;
}

/** One parameter of a grid, and its values as typed. */
export interface Axis {
  parameter: AxisName;
  values: string;
}

export const AXES = ["steps", "guidance", "shift", "motion", "seed", "frames", "solver", "accuracy"] as const;
export type AxisName = (typeof AXES)[number];

/** Every setting on the page that determines the clips. `null` leaves a field to the preset, the style or the model. */
export interface ClipForm {
  model: string | null;
  task: Task;
  prompt: string;
  negativePrompt: string | null;
  references: Partial<Record<Role, Reference>>;
  size: Size | null;
  frames: number | null;
  fps: string | null;
  preset: string | null;
  quality: string | null;
  style: string | null;
  steps: number | null;
  guidance: [low: number, high: number] | null;
  shift: number | null;
  solver: Solver | null;
  accuracy: Accuracy | null;
  quantise: string | null;
  /** Change below which a step is skipped. `null` in a saving field means what was measured for the weights. */
  stepCache: [low: number, high: number] | null;
  /** Share of the steps that use guidance. */
  guidanceUntil: number | null;
  /** Share of the attention that later steps compute. */
  attentionDensity: number | null;
  motion: number | null;
  seed: number | null;
  loras: LoraPick[];
  startFromPicture: boolean;
  compat: boolean;
  codec: Codec;
  /** Clips for each prompt, with consecutive seeds. */
  seeds: number;
  /** Steps after which drafts stop; `null` makes finished clips. */
  draftSteps: number | null;
  axes: Axis[];
  /** The recipe that the form was filled from, which holds more than the form shows. */
  base: Recipe | null;
}

/** The parts of a recipe that the page reads; the server validates all of it. */
export interface Recipe extends Record<string, unknown> {
  model: { name: string; files?: Record<string, string> };
  task: Task;
  prompt: string;
  written_prompt?: string;
  negative_prompt: string;
  width: number;
  height: number;
  frame_count: number;
  frame_rate: string;
  steps: number;
  solver: Solver;
  shift: number;
  guidance: [number, number];
  seed: number;
  accuracy: Accuracy;
  step_cache?: [number, number];
  guidance_until?: number;
  attention_density?: number;
  references: { role: Role; sha256: string }[];
  loras: { name: string; sha256: string; strength_low: number; strength_high: number }[];
  speech?: { segment_frames: number; start_from_picture: boolean; compat: boolean } | null;
  prompt_track?: { frame: number; prompt: string; crossfade: number }[];
  window_frames?: number;
}

export const EMPTY_FORM: ClipForm = {
  model: null,
  task: "t2v",
  prompt: "",
  negativePrompt: null,
  references: {},
  size: null,
  frames: null,
  fps: null,
  preset: null,
  quality: null,
  style: null,
  steps: null,
  guidance: null,
  shift: null,
  solver: null,
  accuracy: null,
  quantise: null,
  stepCache: null,
  guidanceUntil: null,
  attentionDensity: null,
  motion: null,
  seed: null,
  loras: [],
  startFromPicture: false,
  compat: false,
  codec: "h264",
  seeds: 1,
  draftSteps: null,
  axes: [],
  base: null,
};
