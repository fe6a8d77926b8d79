import { number } from "@/shared/format";
import { type Fraction, fraction, toNumber } from "./fraction";

/** Frame numbers that drop-frame timecode skips per minute; 0 for rates without it. */
function dropped({ over, under }: Fraction): number {
  if (under !== 1001n) return 0;
  return over === 30000n ? 2 : over === 60000n ? 4 : 0;
}

/** Frames per timecode second: 24 for 24000/1001. */
export function nominal(rate: Fraction): number {
  return Math.max(1, Math.round(toNumber(rate)));
}

/** `HH:MM:SS:FF`, or `HH:MM:SS;FF` for drop-frame rates, which skip numbers to match real time. */
export function timecode(frame: number, rate: Fraction): string {
  const perSecond = nominal(rate);
  const drop = dropped(rate);
  const count = drop > 0 ? withGaps(frame, perSecond, drop) : frame;
  const seconds = Math.floor(count / perSecond);
  const width = perSecond > 100 ? String(perSecond - 1).length : 2;
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map((part) => pad(part, 2));
  return `${parts.join(":")}${drop > 0 ? ";" : ":"}${pad(count % perSecond, width)}`;
}

/** The frame of a timecode or of a plain frame number; null if it is neither. */
export function frameOf(text: string, rate: Fraction): number | null {
  const trimmed = text.trim();
  if (/^\d{1,9}$/.test(trimmed)) return Number(trimmed);
  const match = /^(\d{1,3}):([0-5]?\d):([0-5]?\d)[:;](\d{1,3})$/.exec(trimmed);
  const perSecond = nominal(rate);
  if (match === null || Number(match[4]) >= perSecond) return null;
  const minutes = Number(match[1]) * 60 + Number(match[2]);
  const drop = dropped(rate);
  return (minutes * 60 + Number(match[3])) * perSecond + Number(match[4]) - drop * (minutes - Math.floor(minutes / 10));
}

function withGaps(frame: number, perSecond: number, drop: number): number {
  const perMinute = perSecond * 60 - drop;
  const tens = Math.floor(frame / (perMinute * 10 + drop));
  const rest = frame % (perMinute * 10 + drop);
  const minutes = rest < perMinute + drop ? 0 : Math.floor((rest - drop) / perMinute);
  return frame + drop * (9 * tens + minutes);
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, "0");
}

export const rateOf = (timeline: { rate: string }): Fraction => fraction(timeline.rate);

/** A frame rate for display: 23.98 for 24000/1001. */
export function rateText(rate: string): string {
  const perSecond = toNumber(fraction(rate));
  return number(perSecond, perSecond % 1 === 0 ? 0 : 2);
}
