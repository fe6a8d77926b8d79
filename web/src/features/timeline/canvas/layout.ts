import { firstAfter, shownTracks } from "../model/finding";
import type { Clip, Timeline, Track, TrackKind, Transition } from "../model/project";
import { type Scale, xOf } from "./scale";

export const RULER_HEIGHT = 30;
const HEIGHTS: Record<TrackKind, number> = { video: 58, audio: 46, prompt: 32 };

export interface Row {
  track: Track;
  /** Distance from the top of the first row. */
  y: number;
  height: number;
}

/** The tracks as rows, from top to bottom. */
export function rowsOf(timeline: Timeline): Row[] {
  let y = 0;
  return shownTracks(timeline).map((track) => {
    const row = { track, y, height: HEIGHTS[track.kind] };
    y += row.height;
    return row;
  });
}

export function heightOf(rows: readonly Row[]): number {
  const last = rows.at(-1);
  return last === undefined ? 0 : last.y + last.height;
}

export function rowAt(rows: readonly Row[], y: number): Row | null {
  return rows.find((row) => y >= row.y && y < row.y + row.height) ?? null;
}

export interface Box {
  clip: Clip;
  track: Track;
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Joint {
  transition: Transition;
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Window {
  width: number;
  height: number;
  /** Vertical scroll offset of the rows. */
  top: number;
}

const GAP = 2;
/** Neighbouring clips narrower than this are drawn as one: zoomed out, thousands cover only a few pixels. */
const LEAST_WIDTH = 1.5;
/** Wider clips are drawn with a gap of one pixel between them. */
const BESIDE = 4;

/** Boxes of the visible clips. */
export function boxesOf(rows: readonly Row[], scale: Scale, window: Window): Box[] {
  const boxes: Box[] = [];
  const last = scale.left + window.width / scale.zoom;
  for (const { track, y, height } of rows) {
    if (y + height < window.top || y > window.top + window.height) continue;
    let drawnTo = Number.NEGATIVE_INFINITY;
    for (let index = firstAfter(track.clips, scale.left); index < track.clips.length; index++) {
      const clip = track.clips[index];
      if (clip === undefined || clip.start > last) break;
      const x = xOf(clip.start, scale);
      const width = clip.duration * scale.zoom;
      if (width < LEAST_WIDTH && x + width < drawnTo + LEAST_WIDTH) continue;
      drawnTo = x + width;
      const shown = Math.max(LEAST_WIDTH, width < BESIDE ? width : width - 1);
      boxes.push({ clip, track, x, y: y - window.top + GAP, width: shown, height: height - 2 * GAP });
    }
  }
  return boxes;
}

/** Boxes of the visible transitions. */
export function jointsOf(rows: readonly Row[], scale: Scale, window: Window): Joint[] {
  const joints: Joint[] = [];
  const last = scale.left + window.width / scale.zoom;
  for (const { track, y, height } of rows) {
    if (!track.transitions || y + height < window.top || y > window.top + window.height) continue;
    const starts = new Map(track.clips.map((clip) => [clip.id, clip.start]));
    for (const transition of track.transitions) {
      const cut = starts.get(transition.right);
      if (cut === undefined || cut - transition.before > last || cut + transition.after < scale.left) continue;
      const x = xOf(cut - transition.before, scale);
      const width = (transition.before + transition.after) * scale.zoom;
      joints.push({ transition, x, y: y - window.top + GAP, width, height: height - 2 * GAP });
    }
  }
  return joints;
}
