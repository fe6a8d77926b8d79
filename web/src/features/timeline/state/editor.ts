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
  /** Pixels that the timeline is wide, without the heads of its tracks. */
  width: number;
  selection: readonly string[];
  /** The clip that keys are about. */
  active: string | null;
  /** The track that keys are about where no clip is. */
  track: string | null;
  tool: Tool;
  snap: boolean;
  magnet: boolean;
  /** Whether linked clips are edited together. */
  linked: boolean;
  markIn: number | null;
  markOut: number | null;
  /** What is being dragged, as it would lie. */
  ghost: Ghost | null;
  /** The rectangle that is drawn around clips to select them, in pixels of the rows. */
  band: { from: Point; to: Point } | null;
  /** Where a file of the library would come, while it is dragged over the timeline. */
  dropAt: number | null;
  /** The file of the library that keys would place. */
  asset: string | null;
  /** Frames a second played, as a factor of the film's own; 0 at rest, below 0 backwards. */
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

/** How the editor stands: none of it is the project's. */
export const useEditor = create<EditorState>()(() => FRESH);

export const editor = {
  now: () => useEditor.getState(),
  set: (change: Partial<EditorState>) => useEditor.setState(change),
  seek: (frame: number) => useEditor.setState({ playhead: Math.max(0, Math.round(frame)) }),
  select: (ids: readonly string[], active: string | null = ids.at(-1) ?? null) =>
    useEditor.setState({ selection: ids, active }),
  /** Among those that are selected, or no longer. */
  toggle: (id: string) =>
    useEditor.setState(({ selection }) => ({
      active: id,
      selection: selection.includes(id) ? selection.filter((one) => one !== id) : [...selection, id],
    })),
};

/** The frames between in and out, or all of the film where neither is set. */
export function rangeOf({ markIn, markOut }: EditorState, duration: number): { start: number; end: number } {
  const start = Math.min(markIn ?? 0, Math.max(0, duration - 1));
  const end = markOut === null || markOut <= start ? duration : Math.min(markOut, duration);
  return { start, end };
}
