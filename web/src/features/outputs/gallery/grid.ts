/** Layout of a grid of cards, in pixels. */
export interface GridShape {
  columns: number;
  /** Height of a row, including the gap below it. */
  height: number;
}

export const GAP = 16;
/** Below the picture: two lines of text. */
const CAPTION = 58;
const NARROWEST = 210;
const ON_A_PHONE = 150;

export function shapeFor(width: number): GridShape {
  const narrowest = width < 500 ? ON_A_PHONE : NARROWEST;
  const columns = Math.max(1, Math.floor((width + GAP) / (narrowest + GAP)));
  const cell = (width - GAP * (columns - 1)) / columns;
  return { columns, height: Math.round((cell * 9) / 16) + CAPTION + GAP };
}

/** Index of the card that a key leads to; null if the key does not move. */
export function moved(index: number, key: string, columns: number, rowsSeen: number, count: number): number | null {
  const steps: Record<string, number> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
    PageUp: -columns * rowsSeen,
    PageDown: columns * rowsSeen,
  };
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  const step = steps[key];
  if (step === undefined) return null;
  const to = index + step;
  if (to >= 0 && to < count) return to;
  // Down from the row above a short last row leads to the last card; other edges stop the movement.
  if (step > 1) return Math.floor((count - 1) / columns) > Math.floor(index / columns) ? count - 1 : index;
  return step < -1 ? index % columns : index;
}
