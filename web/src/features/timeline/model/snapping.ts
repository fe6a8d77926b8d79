import { endOf } from "./mapping";
import type { Timeline } from "./project";

/** The last result: every step of a drag asks for the same thousands of frames. */
const last = new WeakMap<Timeline, { asked: string; points: readonly number[] }>();

/** Frames that dragged edges snap to, in order: edges of clips, markers, 0 and the playhead. */
export function snapPoints(timeline: Timeline, without: ReadonlySet<string>, playhead: number): readonly number[] {
  const asked = [playhead, ...without].join();
  const known = last.get(timeline);
  if (known?.asked === asked) return known.points;
  const found = pointsOf(timeline, without, playhead);
  last.set(timeline, { asked, points: found });
  return found;
}

function pointsOf(timeline: Timeline, without: ReadonlySet<string>, playhead: number): number[] {
  const points = new Set([0, playhead]);
  for (const track of timeline.tracks) {
    for (const clip of track.clips) {
      if (without.has(clip.id)) continue;
      points.add(clip.start);
      points.add(endOf(clip));
    }
  }
  for (const { frame, duration = 0 } of timeline.markers) {
    points.add(frame);
    points.add(frame + duration);
  }
  return [...points].sort((one, other) => one - other);
}

/** The nearest point at most `within` frames away, the earlier of two; null if there is none. */
export function nearest(frame: number, points: readonly number[], within: number): number | null {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle] ?? 0) < frame) low = middle + 1;
    else high = middle;
  }
  let best: number | null = null;
  for (const point of points.slice(Math.max(0, low - 1), low + 1)) {
    const distance = Math.abs(point - frame);
    if (distance <= within && (best === null || distance < Math.abs(best - frame))) best = point;
  }
  return best;
}

export interface Snapped {
  by: number;
  /** The frame it snapped to, for display. */
  at: number | null;
}

/** Of several edges that move together, the one closest to a point decides. */
export function snappedBy(by: number, edges: readonly number[], points: readonly number[], within: number): Snapped {
  let best: Snapped = { by, at: null };
  let distance = Number.POSITIVE_INFINITY;
  for (const edge of edges) {
    const at = nearest(edge + by, points, within);
    if (at === null || Math.abs(at - edge - by) >= distance) continue;
    distance = Math.abs(at - edge - by);
    best = { by: at - edge, at };
  }
  return best;
}
