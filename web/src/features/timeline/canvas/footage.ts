import { type Fraction, fraction, toNumber } from "../model/fraction";
import { sourceStart, speedOf, timed } from "../model/mapping";
import type { Clip } from "../model/project";
import { between, type Waveform } from "../model/waveform";
import type { Box } from "./layout";

/** Narrower clips are drawn without: nothing would be known by it. */
export const LEAST_INSIDE_PX = 16;
/** As the server makes strips: clips with fewer frames have as many tiles as frames. */
const STRIP_FRAMES = 12;
/** How much of a clip's height its sound takes from its pictures. */
const BAND_SHARE = 0.3;
/** Above and below the loudest sound; less where there is little room. */
const AROUND_WAVE = 0.07;

interface Pace {
  /** Frames of the source where the clip begins, and for each of its frames. */
  start: number;
  step: number;
  /** Frames of the source a second, and all of them. */
  rate: number;
  count: number;
}

const paces = new WeakMap<Clip, Pace>();

/** How a clip runs through its source, in plain numbers; null where it has no time. Edits make new clips. */
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

/** Frames of the source along the clip, each taken from the middle of where it stands. Answers whether it was drawn. */
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
  // Tiles stand at whole widths from the clip's beginning, wherever the view begins.
  for (let x = box.x + Math.max(0, Math.floor(-box.x / width)) * width; x < end; x += width) {
    const frame = pace.start + ((x + width / 2 - box.x) / zoom) * pace.step;
    const tile = Math.min(tiles - 1, Math.max(0, Math.floor((frame * tiles) / pace.count)));
    context.drawImage(strip, tile * wide, 0, wide, strip.height, x, box.y, width, box.height);
  }
  return true;
}

/** Where the sound of a clip stands that shows pictures, at its bottom. */
export function bandOf(box: Box): Box {
  const height = Math.round(box.height * BAND_SHARE);
  return { ...box, y: box.y + box.height - height, height };
}

/** The sound of a clip as far as it is seen, a column a pixel. */
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
