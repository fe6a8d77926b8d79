import { create } from "zustand";
import type { Ghost } from "../canvas/ghost";
import type { Scale } from "../canvas/scale";
import type { ScopeKind } from "../server/calls";

export type Tool = "select" | "razor" | "slip" | "slide";

export interface Point {
  x: number;
  y: number;
}

export interface EditorState {
  playhead: number;
  scale: Scale;
  /** Width of the timeline in pixels, without the track heads. */
  width: number;
  selection: readonly string[];
  /** The clip that shortcuts act on. */
  active: string | null;
  /** The track that shortcuts act on if there is no active clip. */
  track: string | null;
  tool: Tool;
  snap: boolean;
  magnet: boolean;
  /** Whether linked clips are edited together. */
  linked: boolean;
  markIn: number | null;
  markOut: number | null;
  /** Preview of the drag in progress. */
  ghost: Ghost | null;
  /** The selection rectangle, in pixels of the rows. */
  band: { from: Point; to: Point } | null;
  /** Where a library file would be placed while it is dragged over the timeline. */
  dropAt: number | null;
  /** The library file that shortcuts would place. */
  asset: string | null;
  /** Playback speed as a factor; 0 when paused, below 0 backwards. */
  shuttle: number;
  fullSize: boolean;
  safeAreas: boolean;
  scope: ScopeKind | null;
}

export const FRESH: EditorState = {
  playhead: 0,
  scale: { left: 0, zoom: 4 },
  width: 0,
  selection: [],
  active: null,
  track: null,
  tool: "select",
  snap: true,
  magnet: false,
  linked: true,
  markIn: null,
  markOut: null,
  ghost: null,
  band: null,
  dropAt: null,
  asset: null,
  shuttle: 0,
  fullSize: false,
  safeAreas: false,
  scope: null,
};

/** State of the editor that is not part of the project. */
export const useEditor = create<EditorState>()(() => FRESH);

export const editor = {
  now: () => useEditor.getState(),
  set: (change: Partial<EditorState>) => useEditor.setState(change),
  seek: (frame: number) => useEditor.setState({ playhead: Math.max(0, Math.round(frame)) }),
  select: (ids: readonly string[], active: string | null = ids.at(-1) ?? null) =>
    useEditor.setState({ selection: ids, active }),
  /** Adds a clip to the selection, or removes it. */
  toggle: (id: string) =>
    useEditor.setState(({ selection }) => ({
      active: id,
      selection: selection.includes(id) ? selection.filter((one) => one !== id) : [...selection, id],
    })),
};

/** The frames between the in and out points, or the whole film if neither is set. */
export function rangeOf({ markIn, markOut }: EditorState, duration: number): { start: number; end: number } {
  const start = Math.min(markIn ?? 0, Math.max(0, duration - 1));
  const end = markOut === null || markOut <= start ? duration : Math.min(markOut, duration);
  return { start, end };
}
