/** A part of a picture; all values are fractions of the picture's width or height. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The smallest scale of a crop; less would be blurred. */
const SMALLEST = 0.1;

/** The largest centred part with aspect ratio `ratio` in a picture with aspect ratio `picture` (width over height). */
export function largestBox(picture: number, ratio: number): Box {
  const width = Math.min(1, ratio / picture);
  const height = Math.min(1, picture / ratio);
  return { x: (1 - width) / 2, y: (1 - height) / 2, width, height };
}

/** The box moved, but kept inside the picture. */
export function moved(box: Box, dx: number, dy: number): Box {
  return { ...box, x: within(box.x + dx, 1 - box.width), y: within(box.y + dy, 1 - box.height) };
}

/** The box scaled to another share of its largest size, around its centre. */
export function sized(box: Box, share: number, picture: number, ratio: number): Box {
  const largest = largestBox(picture, ratio);
  const scale = Math.min(1, Math.max(SMALLEST, share));
  const [width, height] = [largest.width * scale, largest.height * scale];
  const next = { x: box.x + (box.width - width) / 2, y: box.y + (box.height - height) / 2, width, height };
  return moved(next, 0, 0);
}

export function shareOf(box: Box, picture: number, ratio: number): number {
  return box.width / largestBox(picture, ratio).width;
}

function within(value: number, most: number): number {
  return Math.min(Math.max(0, most), Math.max(0, value));
}
