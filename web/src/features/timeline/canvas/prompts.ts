import type { Clip } from "../model/project";
import type { Colours } from "./colours";
import type { Box } from "./layout";
import type { Scale } from "./scale";

/** Length of a prompt's crossfade during a drag, in frames. */
export interface Fade {
  clip: string;
  frames: number;
}

/** Height of the band at a prompt's top in which its crossfade handle can be grabbed. */
export const FADE_BAND_PX = 12;
/** Narrower prompts have no such handle, as it would cover both of their edges. */
export const FADE_LEAST_PX = 28;

/** Frames over which a prompt takes over from the one before; at most the length of the prompt. */
export function crossfadeOf({ source, duration }: Clip): number {
  return source.kind === "prompt" ? Math.min(source.crossfade ?? 0, duration) : 0;
}

/** Draws a prompt's crossfade as a slope, with the drag handle at its end. */
export function drawFade(
  context: CanvasRenderingContext2D,
  { clip, x, y, width, height }: Box,
  { fade, scale }: { fade: Fade | null; scale: Scale },
  colours: Colours,
): void {
  const frames = fade?.clip === clip.id ? fade.frames : crossfadeOf(clip);
  const end = x + Math.min(width, frames * scale.zoom);
  if (end > x) {
    context.fillStyle = colours.fade;
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(end, y);
    context.lineTo(x, y + height);
    context.fill();
    context.strokeStyle = colours.onClip;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(x, y + height);
    context.lineTo(end, y);
    context.stroke();
  }
  if (width < FADE_LEAST_PX) return;
  context.fillStyle = colours.onClip;
  context.fillRect(end - 2, y, 4, 6);
}
