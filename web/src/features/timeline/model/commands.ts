import type {
  Blend,
  Clip,
  Direction,
  Fit,
  Interpolation,
  Keyframe,
  LookNode,
  Source,
  TrackKind,
  TransitionKind,
} from "./project";

export type Edge = "head" | "tail";
export type MoveMode = "overwrite" | "insert" | "magnetic";
type Alone = { alone?: boolean };
/** A new clip: the server gives it an id and, where it comes alone, a start. */
export type Coming = {
  track: string;
  clip: Partial<Pick<Clip, "id" | "start" | "source_start" | "speed" | "name">> & { duration: number; source: Source };
};

/** The edits that the editor sends, as the server accepts them. */
export type Command =
  | { edit: "insert" | "overwrite"; at: number; clips: Coming[] }
  | ({ edit: "trim" | "ripple_trim"; clip: string; edge: Edge; by: number } & Alone)
  | ({ edit: "roll" | "slip" | "slide"; clip: string; by: number } & Alone)
  | ({ edit: "razor"; frame: number; track?: string } & Alone)
  | { edit: "lift" | "extract"; start: number; end: number }
  | ({ edit: "lift_clips" | "ripple_delete"; clips: string[] } & Alone)
  | { edit: "close_gap"; track: string; frame: number }
  | ({ edit: "move"; clips: string[]; to: number; track?: string; mode?: MoveMode } & Alone)
  | { edit: "link" | "unlink"; clips: string[] }
  | ({ edit: "set_speed"; clip: string; speed: string; ripple?: boolean } & Alone)
  | {
      edit: "set_transition";
      id?: string;
      left: string;
      right: string;
      before: number;
      after: number;
      kind?: TransitionKind;
      direction?: Direction;
      softness?: number;
      colour?: string;
    }
  | { edit: "clear_transition"; transition: string }
  | { edit: "set_parameter"; clip: string; parameter: string; value: number }
  | { edit: "clear_parameter"; clip: string; parameter: string }
  | { edit: "set_curve"; clip: string; parameter: string; keyframes: Keyframe[] }
  | {
      edit: "set_keyframe";
      clip: string;
      parameter: string;
      frame: number;
      value: number;
      interpolation?: Interpolation;
    }
  | { edit: "clear_keyframe"; clip: string; parameter: string; frame: number }
  | { edit: "set_clip"; clip: string; name?: string; enabled?: boolean; fit?: Fit; blend?: Blend; look?: LookNode[] }
  | { edit: "set_source"; clip: string; source: Source }
  | { edit: "set_prompt"; clip: string; text?: string; crossfade?: number }
  | { edit: "add_track"; track?: string; kind: TrackKind; name?: string; index?: number }
  | { edit: "remove_track"; track: string }
  | { edit: "move_track"; track: string; index: number }
  | {
      edit: "set_track";
      track: string;
      name?: string;
      muted?: boolean;
      locked?: boolean;
      solo?: boolean;
      volume?: number;
      look?: LookNode[];
    }
  | { edit: "set_timeline"; width?: number; height?: number; look?: LookNode[] }
  | { edit: "add_marker"; frame: number; name?: string; colour?: string; note?: string }
  | { edit: "set_marker"; marker: string; frame?: number; name?: string; colour?: string; note?: string }
  | { edit: "remove_marker"; marker: string }
  | { edit: "rename_project"; name: string }
  | { edit: "set_shot"; shot: string; name?: string; recipe?: Record<string, unknown> }
  | { edit: "accept_take" | "reject_take" | "audition_take"; shot: string; asset: string };
