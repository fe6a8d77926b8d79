const FASTEST = 8;

/** The speed after J or L: from rest to normal speed, then doubled with each press; the opposite key stops first. */
export function faster(now: number, way: 1 | -1): number {
  if (now * way < 0) return 0;
  return way * Math.min(FASTEST, now === 0 ? 1 : Math.abs(now) * 2);
}
