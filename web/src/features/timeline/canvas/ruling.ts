import type { Fraction } from "../model/fraction";
import type { Marker } from "../model/project";
import { nominal, timecode } from "../model/timecode";
import type { Colours } from "./colours";
import { RULER_HEIGHT } from "./layout";
import { type Scale, ticks, xOf } from "./scale";
import { drawRange, type Marked } from "./strokes";

export interface RulerScene {
  state: Marked;
  width: number;
  rate: Fraction;
  markers: readonly Marker[];
  colours: Colours;
}

/** Draws the ruler: time, markers, in and out points. */
export function drawRuler(context: CanvasRenderingContext2D, scene: RulerScene): void {
  const { state, width, rate, markers, colours } = scene;
  const { scale } = state;
  context.fillStyle = colours.ground;
  context.fillRect(0, 0, width, RULER_HEIGHT);
  drawRange(context, state, width, RULER_HEIGHT, colours);
  context.font = "11px system-ui, sans-serif";
  context.textBaseline = "top";
  for (const { frame, labelled } of ticks(scale, width, nominal(rate))) {
    const x = Math.round(xOf(frame, scale));
    context.fillStyle = labelled ? colours.faint : colours.line;
    context.fillRect(x, labelled ? 14 : 22, 1, RULER_HEIGHT);
    if (labelled) context.fillText(timecode(frame, rate), x + 4, 2);
  }
  for (const marker of markers) drawMarker(context, marker, scale);
}

function drawMarker(context: CanvasRenderingContext2D, { frame, duration = 0, colour }: Marker, scale: Scale): void {
  const x = xOf(frame, scale);
  context.fillStyle = colour;
  if (duration > 0) context.fillRect(x, RULER_HEIGHT - 5, duration * scale.zoom, 5);
  context.beginPath();
  context.moveTo(x - 5, RULER_HEIGHT - 14);
  context.lineTo(x + 5, RULER_HEIGHT - 14);
  context.lineTo(x, RULER_HEIGHT - 3);
  context.fill();
}
