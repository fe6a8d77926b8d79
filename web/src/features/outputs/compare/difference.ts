/** How much two pictures differ. */
export interface Figures {
  /** Share of the pixels that differ at all, from 0 to 1. */
  share: number;
  /** Mean difference over all colours, from 0 to 255. */
  mean: number;
}

/** Draws the absolute difference of two videos' current frames; false while one of them has none. */
export function drawDifference(paper: HTMLCanvasElement, one: HTMLVideoElement, other: HTMLVideoElement): boolean {
  const [width, height] = [one.videoWidth, one.videoHeight];
  const brush = paper.getContext("2d", { willReadFrequently: true });
  if (brush === null || width === 0 || other.videoWidth === 0) return false;
  if (paper.width !== width || paper.height !== height) Object.assign(paper, { width, height });
  brush.globalCompositeOperation = "copy";
  brush.drawImage(one, 0, 0, width, height);
  brush.globalCompositeOperation = "difference";
  brush.drawImage(other, 0, 0, width, height);
  return true;
}

export function figuresOf(paper: HTMLCanvasElement): Figures | null {
  const brush = paper.getContext("2d");
  return brush === null ? null : figuresOfPixels(brush.getImageData(0, 0, paper.width, paper.height).data);
}

/** Figures of RGBA values in a row. */
export function figuresOfPixels(pixels: ArrayLike<number>): Figures {
  const count = Math.floor(pixels.length / 4);
  let [differ, sum] = [0, 0];
  for (let at = 0; at < count * 4; at += 4) {
    const apart = (pixels[at] ?? 0) + (pixels[at + 1] ?? 0) + (pixels[at + 2] ?? 0);
    sum += apart;
    if (apart > 0) differ += 1;
  }
  return count === 0 ? { share: 0, mean: 0 } : { share: differ / count, mean: sum / (count * 3) };
}
