import type { Clip } from "../model/project";
import type { Colours } from "./colours";
import type { Box } from "./layout";
import type { Scale } from "./scale";

/** How long the crossfade of a prompt would be, in frames. */
export interface Fade {
  clip: string;
  frames: number;
}

/** Pixels from the top of a prompt within which the end of its crossfade can be taken. */
export const FADE_BAND_PX = 12;
/** Of narrower prompts it cannot: both ends would be lost under it. */
export const FADE_LEAST_PX = 28;

/** Frames over which a prompt takes over from what was before; never longer than the prompt. */
export function crossfadeOf({ source, duration }: Clip): number {
  return source.kind === "prompt" ? Math.min(source.crossfade ?? 0, duration) : 0;
}

/** How a prompt begins: a slope as long as its crossfade, and at its end what can be dragged. */
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
