/** Maps frames to pixels: `left` is the frame at the left edge, possibly fractional. */
export interface Scale {
  left: number;
  /** Pixels per frame. */
  zoom: number;
}

export const LEAST_ZOOM = 0.001;
export const MOST_ZOOM = 80;

export const xOf = (frame: number, { left, zoom }: Scale): number => (frame - left) * zoom;
export const frameAtX = (x: number, { left, zoom }: Scale): number => Math.floor(left + x / zoom);
/** The frame with the nearest start, because cuts lie between frames. */
export const edgeAtX = (x: number, { left, zoom }: Scale): number => Math.max(0, Math.round(left + x / zoom));

/** Zooms, keeping the frame under `x` in place. */
export function zoomed({ left, zoom }: Scale, factor: number, x: number): Scale {
  const next = Math.min(MOST_ZOOM, Math.max(LEAST_ZOOM, zoom * factor));
  return { zoom: next, left: Math.max(0, left + x / zoom - x / next) };
}

/** Fits the whole film, with some room after it. */
export function fitted(duration: number, width: number): Scale {
  const frames = Math.max(1, duration) * 1.05;
  return { left: 0, zoom: Math.min(MOST_ZOOM, Math.max(LEAST_ZOOM, width / frames)) };
}

/** Scrolls just far enough to show a frame, with some room beside it. */
export function showing(scale: Scale, frame: number, width: number): Scale {
  const room = Math.min(80, width / 8);
  const x = xOf(frame, scale);
  if (x >= 0 && x <= width) return scale;
  const left = x < 0 ? frame - room / scale.zoom : frame - (width - room) / scale.zoom;
  return { ...scale, left: Math.max(0, left) };
}

const LABEL_PX = 110;
const NICE_SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 18_000, 36_000];
const NICE_FRAMES = [1, 2, 5, 10];

export interface Tick {
  frame: number;
  labelled: boolean;
}

/** Ticks of the ruler: labels far enough apart to be legible, with small ticks between them. */
export function ticks(scale: Scale, width: number, perSecond: number): Tick[] {
  const least = LABEL_PX / scale.zoom;
  const frames = NICE_FRAMES.filter((count) => count < perSecond);
  const steps = [...frames, ...NICE_SECONDS.map((seconds) => seconds * perSecond)];
  const step = steps.find((one) => one >= least) ?? 36_000 * perSecond * Math.ceil(least / (36_000 * perSecond));
  const small = step >= 10 ? step / (step % 5 === 0 ? 5 : step % 4 === 0 ? 4 : 2) : step > 1 ? 1 : step;
  const first = Math.floor(scale.left / step) * step;
  const found: Tick[] = [];
  for (let frame = first; xOf(frame, scale) <= width; frame += small) {
    if (xOf(frame, scale) >= -LABEL_PX) found.push({ frame, labelled: Math.round(frame - first) % step === 0 });
  }
  return found;
}
