import type { EditorState } from "../state/editor";
import type { Colours } from "./colours";
import type { Row, Window } from "./layout";
import { xOf } from "./scale";
import { outline } from "./strokes";

export interface DraggedScene {
  rows: readonly Row[];
  state: Pick<EditorState, "ghost" | "band" | "dropAt" | "scale">;
  window: Window;
  colours: Colours;
}

/** Draws the result of a drag over the clips as they are. */
export function drawDragged(context: CanvasRenderingContext2D, scene: DraggedScene): void {
  context.clearRect(0, 0, scene.window.width, scene.window.height);
  drawGhost(context, scene);
  drawBand(context, scene);
}

function drawGhost(context: CanvasRenderingContext2D, { rows, state, window, colours }: DraggedScene): void {
  const { ghost, scale, dropAt } = state;
  for (const { track, start, duration } of ghost?.clips ?? []) {
    const row = rows.find((one) => one.track.id === track);
    if (row === undefined) continue;
    const box = {
      x: xOf(start, scale),
      y: row.y - window.top + 2,
      width: duration * scale.zoom,
      height: row.height - 4,
    };
    context.fillStyle = colours.ghost;
    context.fillRect(box.x, box.y, box.width, box.height);
    outline(context, box, colours.chosen, 1.5);
  }
  const line = ghost?.snap ?? dropAt;
  if (line === null || line === undefined) return;
  context.fillStyle = colours.chosen;
  context.fillRect(xOf(line, scale) - 0.5, 0, 1, window.height);
}

function drawBand(context: CanvasRenderingContext2D, { state: { band }, window, colours }: DraggedScene): void {
  if (band === null) return;
  const [x, y] = [Math.min(band.from.x, band.to.x), Math.min(band.from.y, band.to.y) - window.top];
  const [width, height] = [Math.abs(band.to.x - band.from.x), Math.abs(band.to.y - band.from.y)];
  context.fillStyle = colours.range;
  context.fillRect(x, y, width, height);
  outline(context, { x, y, width, height }, colours.chosen, 1);
}
