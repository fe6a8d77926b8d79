/** How far a download was at some moment. */
export interface Reading {
  /** Milliseconds since 1970. */
  at: number;
  /** MiB that are here. */
  here: number;
}

/** Over so long the speed is taken: short enough to follow the line, long enough not to flicker. */
const WINDOW_MS = 20_000;
/** From less time than this nothing can be said. */
const LEAST_MS = 1500;

/** The readings with one more; those that are too old, or of an attempt before this one, are forgotten. */
export function withReading(before: readonly Reading[], now: Reading): Reading[] {
  const last = before.at(-1);
  if (last !== undefined && now.here < last.here) return [now];
  if (last !== undefined && now.here === last.here && now.at === last.at) return [...before];
  const recent = before.filter((one) => one.at >= now.at - WINDOW_MS);
  return [...recent, now];
}

/** MiB a second, or null where it cannot be told yet. */
export function speed(readings: readonly Reading[]): number | null {
  const first = readings[0];
  const last = readings.at(-1);
  if (first === undefined || last === undefined || last.at - first.at < LEAST_MS) return null;
  return ((last.here - first.here) * 1000) / (last.at - first.at);
}

/** Seconds until all of it is here, or null where it cannot be told. */
export function timeLeft(readings: readonly Reading[], of: number): number | null {
  const last = readings.at(-1);
  const rate = speed(readings);
  if (last === undefined || rate === null || rate <= 0 || of <= 0) return null;
  return Math.max(0, of - last.here) / rate;
}
