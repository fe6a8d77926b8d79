import type { EditorState } from "../state/editor";
import type { Colours } from "./colours";
import { xOf } from "./scale";

export type Marked = Pick<EditorState, "markIn" | "markOut" | "scale">;

/** Draws the range between the in and out points. */
export function drawRange(
  context: CanvasRenderingContext2D,
  { markIn, markOut, scale }: Marked,
  width: number,
  height: number,
  colours: Colours,
): void {
  if (markIn === null && markOut === null) return;
  const from = Math.max(0, xOf(markIn ?? 0, scale));
  const to = markOut === null ? width : Math.min(width, xOf(markOut, scale));
  if (to <= from) return;
  context.fillStyle = colours.range;
  context.fillRect(from, 0, to - from, height);
}

/** Draws an outline inside a box. */
export function outline(
  context: CanvasRenderingContext2D,
  { x, y, width, height }: { x: number; y: number; width: number; height: number },
  colour: string,
  line: number,
): void {
  context.strokeStyle = colour;
  context.lineWidth = line;
  context.strokeRect(x + line / 2, y + line / 2, Math.max(0, width - line), Math.max(0, height - line));
}
