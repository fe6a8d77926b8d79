import type { Model, Size } from "./types";

export const ASPECTS = ["16:9", "4:3", "1:1", "3:4", "9:16"] as const;
export type Aspect = (typeof ASPECTS)[number];

/** Two aspect ratios count as the same if they differ by less than this factor. */
const SAME_SHAPE = 1.06;
const HUNDREDTHS = 100;

export function readSize(text: string): Size | null {
  const [, width, height] = /^(\d+)\s*[x×]\s*(\d+)$/i.exec(text.trim()) ?? [];
  return width && height ? { width: Number(width), height: Number(height) } : null;
}

export function sizeText({ width, height }: Size): string {
  return `${width}x${height}`;
}

/** The size with this aspect ratio and about this many pixels, on the model's grid and within its limits. */
export function sizeOf(aspect: number, area: number, limits: Model["limits"]): Size {
  const smallest = readSize(limits.smallest) ?? { width: 1, height: 1 };
  const largest = readSize(limits.largest) ?? { width: Number.MAX_SAFE_INTEGER, height: Number.MAX_SAFE_INTEGER };
  const width = Math.sqrt(area * aspect);
  const over = Math.max(1, width / largest.width, width / aspect / largest.height);
  return {
    width: onGrid(width / over, limits.grid, smallest.width, largest.width),
    height: onGrid(width / over / aspect, limits.grid, smallest.height, largest.height),
  };
}

function onGrid(side: number, grid: number, least: number, most: number): number {
  const low = Math.ceil(least / grid) * grid;
  const high = Math.floor(most / grid) * grid;
  return Math.min(high, Math.max(low, Math.round(side / grid) * grid));
}

export function isSizeFor({ width, height }: Size, limits: Model["limits"]): boolean {
  const smallest = readSize(limits.smallest);
  const largest = readSize(limits.largest);
  if (smallest === null || largest === null) return true;
  const within = (side: number, low: number, high: number) => side >= low && side <= high && side % limits.grid === 0;
  return within(width, smallest.width, largest.width) && within(height, smallest.height, largest.height);
}

export function ratioOf(aspect: Aspect): number {
  const [over = 1, under = 1] = aspect.split(":").map(Number);
  return over / under;
}

/** The named aspect ratio of a size, if there is one. */
export function aspectOf({ width, height }: Size): Aspect | null {
  return ASPECTS.find((aspect) => isNear(width / height, ratioOf(aspect))) ?? null;
}

export function isNear(ratio: number, other: number): boolean {
  return Math.max(ratio / other, other / ratio) < SAME_SHAPE;
}

/** A trained size in the wanted aspect ratio: as it is or turned if that matches, or else with as many pixels. */
export function sizeLike(trained: Size, aspect: number, limits: Model["limits"]): Size {
  const turned = { width: trained.height, height: trained.width };
  return (
    [trained, turned].find((size) => isNear(size.width / size.height, aspect) && isSizeFor(size, limits)) ??
    sizeOf(aspect, trained.width * trained.height, limits)
  );
}

/** The nearest number of frames that the model makes: a multiple of `temporal`, plus 1. */
export function framesNear(count: number, limits: Model["limits"]): number {
  const { temporal, most_frames } = limits;
  const most = Math.floor((most_frames - 1) / temporal);
  const groups = Math.min(most, Math.max(0, Math.round((count - 1) / temporal)));
  return groups * temporal + 1;
}

export function isFramesFor(count: number, limits: Model["limits"]): boolean {
  return Number.isInteger(count) && count >= 1 && count <= limits.most_frames && (count - 1) % limits.temporal === 0;
}

/** Seconds for display, with two decimals. */
export function secondsOf(frames: number, rate: number): number {
  return rate > 0 ? Math.round((frames / rate) * HUNDREDTHS) / HUNDREDTHS : 0;
}
