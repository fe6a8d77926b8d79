/** A project's JSON as the server stores it: default values are omitted. Frame counts are integers. */

export type TrackKind = "video" | "audio" | "prompt";
export type MediaKind = "video" | "image" | "audio";
export type Fit = "fit" | "fill" | "stretch";
export type Blend = "normal" | "add" | "multiply" | "screen";
export type Interpolation = "hold" | "linear" | "smooth";
export type TransitionKind = "dissolve" | "dip" | "wipe";
export type Direction = "right" | "left" | "down" | "up";

export interface MediaSource {
  kind: MediaKind;
  asset: string;
  sha256: string;
  frame_count: number;
  /** A fraction: frames per second or, for sound, samples per second. */
  rate: string;
  has_sound?: boolean;
  width?: number;
  height?: number;
  has_alpha?: boolean;
  name?: string;
}

export interface ShotSource {
  kind: "shot";
  shot: string;
  frame_count: number;
  rate: string;
  has_sound?: boolean;
  width?: number;
  height?: number;
}

export interface ColourSource {
  kind: "colour";
  colour: string;
}

export type Align = "left" | "center" | "right";

export interface TitleSource {
  kind: "title";
  text: string;
  /** Font size as a share of the picture's height. */
  size: number;
  colour: string;
  /** Width as a share of the font size. */
  outline?: number;
  outline_colour?: string;
  align?: Align;
  line_spacing?: number;
}

export interface PromptSource {
  kind: "prompt";
  text: string;
  crossfade?: number;
}

export type Source = MediaSource | ShotSource | ColourSource | TitleSource | PromptSource;

export interface Keyframe {
  /** Counted from the clip's start; may lie outside the clip. */
  frame: number;
  value: number;
  interpolation?: Interpolation;
}

export interface Curve {
  parameter: string;
  keyframes: Keyframe[];
}

export interface LookNode {
  kind: string;
  enabled?: boolean;
  mix?: number;
  [value: string]: unknown;
}

export interface Clip {
  id: string;
  start: number;
  duration: number;
  source: Source;
  source_start?: string;
  speed?: string;
  name?: string;
  enabled?: boolean;
  link?: string | null;
  curves?: Curve[];
  look?: LookNode[];
  fit?: Fit;
  blend?: Blend;
}

export interface Transition {
  id: string;
  kind: TransitionKind;
  left: string;
  right: string;
  before: number;
  after: number;
  direction?: Direction;
  softness?: number;
  colour?: string;
}

export interface TrackSettings {
  id: string;
  kind: TrackKind;
  name?: string;
  muted?: boolean;
  locked?: boolean;
  solo?: boolean;
  volume?: number;
  look?: LookNode[];
}

export interface Track extends TrackSettings {
  clips: Clip[];
  transitions?: Transition[];
}

export interface Marker {
  id: string;
  frame: number;
  colour: string;
  duration?: number;
  name?: string;
  note?: string;
}

export interface TimelineSettings {
  rate: string;
  width: number;
  height: number;
  sample_rate: number;
  look?: LookNode[];
}

export interface Timeline extends TimelineSettings {
  format: number;
  /** From bottom to top. */
  tracks: Track[];
  markers: Marker[];
}

export type TakeState = "auditioned" | "accepted" | "rejected";

export interface Take {
  asset: string;
  recipe_sha256: string;
  inputs_sha256: string;
  made_at: string;
  state: TakeState;
  /** Set if this take was filtered from another one. */
  treated?: { asset: string; treatment: Record<string, unknown> };
}

export interface Shot {
  id: string;
  name: string;
  recipe: Record<string, unknown>;
  inputs: Record<string, unknown>[];
  takes: Take[];
}

export interface Project {
  format: number;
  id: string;
  name: string;
  timeline: Timeline;
  shots: Shot[];
  assets: MediaSource[];
  models: { name: string; files: Record<string, string> }[];
}

/** One item that was added, removed or changed. */
export interface Step {
  path: string;
  before?: unknown;
  after?: unknown;
}

/** Clips of a track from `first` to `last`, moved by `by` frames. */
export interface Shift {
  track: string;
  first: string;
  last: string;
  by: number;
}

export interface Change {
  steps: Step[];
  shifts?: Shift[];
}
