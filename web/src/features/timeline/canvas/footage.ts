import { type Fraction, fraction, toNumber } from "../model/fraction";
import { sourceStart, speedOf, timed } from "../model/mapping";
import type { Clip } from "../model/project";
import { between, type Waveform } from "../model/waveform";
import type { Box } from "./layout";

/** Narrower clips are drawn without pictures, which could not be recognised. */
export const LEAST_INSIDE_PX = 16;
/** Tiles of a strip, as the server makes them; clips with fewer frames have one tile per frame. */
const STRIP_FRAMES = 12;
/** Share of a clip's height that its sound covers at the bottom of its pictures. */
const BAND_SHARE = 0.3;
/** Margin above and below the loudest sound, as a share of the height. */
const AROUND_WAVE = 0.07;

interface Pace {
  /** Source frame at which the clip begins, and source frames per timeline frame. */
  start: number;
  step: number;
  /** Source frames per second, and the number of source frames. */
  rate: number;
  count: number;
}

const paces = new WeakMap<Clip, Pace>();

/** How a clip runs through its source, in plain numbers; null for sources without time. Cached by clip object. */
function paceOf(clip: Clip, rate: Fraction): Pace | null {
  const source = timed(clip);
  if (source === null) return null;
  const known = paces.get(clip);
  if (known !== undefined) return known;
  const own = toNumber(fraction(source.rate));
  const pace = {
    start: toNumber(sourceStart(clip)),
    step: (toNumber(speedOf(clip)) * own) / toNumber(rate),
    rate: own,
    count: source.frame_count,
  };
  paces.set(clip, pace);
  return pace;
}

/** Draws source frames along the clip, each chosen at the middle of its tile. Returns whether it could draw. */
export function drawStrip(
  context: CanvasRenderingContext2D,
  box: Box,
  zoom: number,
  rate: Fraction,
  strip: ImageBitmap,
  most: number,
): boolean {
  const pace = paceOf(box.clip, rate);
  if (pace === null) return false;
  const tiles = Math.min(STRIP_FRAMES, pace.count);
  const wide = strip.width / tiles;
  const width = Math.max(8, (wide * box.height) / strip.height);
  const end = Math.min(box.x + box.width, most);
  // Tiles are aligned to the clip's start, wherever the view begins.
  for (let x = box.x + Math.max(0, Math.floor(-box.x / width)) * width; x < end; x += width) {
    const frame = pace.start + ((x + width / 2 - box.x) / zoom) * pace.step;
    const tile = Math.min(tiles - 1, Math.max(0, Math.floor((frame * tiles) / pace.count)));
    context.drawImage(strip, tile * wide, 0, wide, strip.height, x, box.y, width, box.height);
  }
  return true;
}

/** The box for a video clip's sound, at its bottom. */
export function bandOf(box: Box): Box {
  const height = Math.round(box.height * BAND_SHARE);
  return { ...box, y: box.y + box.height - height, height };
}

/** Draws the visible part of a clip's waveform, one column per pixel. */
export function drawWaveform(
  context: CanvasRenderingContext2D,
  { clip, x, y, width, height }: Box,
  zoom: number,
  rate: Fraction,
  waveform: Waveform,
  most: number,
): void {
  const pace = paceOf(clip, rate);
  if (pace === null) return;
  const [from, to] = [Math.max(0, Math.floor(x)), Math.min(most, Math.ceil(x + width))];
  const second = (at: number) => (pace.start + ((at - x) / zoom) * pace.step) / pace.rate;
  const [middle, half] = [y + height / 2, (height * (1 - 2 * AROUND_WAVE)) / 2 / 127];
  context.beginPath();
  for (let at = from; at < to; at++) {
    const [low, high] = between(waveform, second(at), second(at + 1));
    context.rect(at, middle - high * half, 1, Math.max(1, (high - low) * half));
  }
  context.fill();
}
