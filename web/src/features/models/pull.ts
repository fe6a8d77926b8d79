/** Progress of a download at one time. */
export interface Reading {
  /** Milliseconds since 1970. */
  at: number;
  /** MiB downloaded. */
  here: number;
}

/** Speed is averaged over this time: short enough to follow the connection, long enough not to flicker. */
const WINDOW_MS = 20_000;
/** With readings over less time than this, no speed is given. */
const LEAST_MS = 1500;

/** Adds a reading, and drops those that are too old or belong to an earlier attempt. */
export function withReading(before: readonly Reading[], now: Reading): Reading[] {
  const last = before.at(-1);
  if (last !== undefined && now.here < last.here) return [now];
  if (last !== undefined && now.here === last.here && now.at === last.at) return [...before];
  const recent = before.filter((one) => one.at >= now.at - WINDOW_MS);
  return [...recent, now];
}

/** MiB per second, or null if it is not known yet. */
export function speed(readings: readonly Reading[]): number | null {
  const first = readings[0];
  const last = readings.at(-1);
  if (first === undefined || last === undefined || last.at - first.at < LEAST_MS) return null;
  return ((last.here - first.here) * 1000) / (last.at - first.at);
}

/** Seconds until the download ends, or null if unknown. */
export function timeLeft(readings: readonly Reading[], of: number): number | null {
  const last = readings.at(-1);
  const rate = speed(readings);
  if (last === undefined || rate === null || rate <= 0 || of <= 0) return null;
  return Math.max(0, of - last.here) / rate;
}
