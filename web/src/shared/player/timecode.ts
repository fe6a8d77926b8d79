import { rate } from "@/shared/format";

/** A clip's frame rate in frames per second, and its number of frames. */
export interface Timing {
  rate: number;
  frames: number;
}

const USUAL_RATE = 24;

/** Timing from a file's facts, which may be incomplete; `seconds` is the duration that the player found. */
export function timingOf(facts: Record<string, unknown>, seconds = 0): Timing {
  const told = typeof facts.frame_rate === "string" ? rate(facts.frame_rate) : 0;
  const perSecond = Number.isFinite(told) && told > 0 ? told : USUAL_RATE;
  const count = Number(facts.frame_count);
  const length = Number(facts.seconds) || (Number.isFinite(seconds) ? seconds : 0);
  const frames = Number.isInteger(count) && count > 0 ? count : Math.round(length * perSecond);
  return { rate: perSecond, frames: Math.max(1, frames) };
}

/** The frame shown at a time, with a small tolerance because players round. */
export function frameAt(seconds: number, { rate, frames }: Timing): number {
  return within(Math.floor(seconds * rate + 1e-3), frames);
}

/** The middle of that frame, so that no rounding shows a neighbour. */
export function secondsAt(frame: number, { rate, frames }: Timing): number {
  return (within(frame, frames) + 0.5) / rate;
}

export function within(frame: number, frames: number): number {
  return Math.min(Math.max(0, frame), Math.max(0, frames - 1));
}

/** A position in a clip: `0:01.25`, with hours only if there are any. */
export function clock(seconds: number): string {
  const hundredths = Math.max(0, Math.floor(seconds * 100 + 1e-6));
  const [whole, rest] = [Math.floor(hundredths / 100), hundredths % 100];
  const [hours, minutes, left] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const head = hours > 0 ? `${hours}:${two(minutes)}` : `${minutes}`;
  return `${head}:${two(left)}.${two(rest)}`;
}

/** A clip's length, short: `0:05`, and with tenths below ten seconds: `0:01.3`. */
export function lengthShown(seconds: number): string {
  if (seconds >= 10) return clock(Math.round(seconds)).slice(0, -3);
  return clock(Math.round(seconds * 10) / 10).slice(0, -1);
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
