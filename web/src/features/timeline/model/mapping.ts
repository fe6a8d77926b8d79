import {
  ceil,
  compared,
  divided,
  type Fraction,
  floor,
  fraction,
  minus,
  negative,
  ONE,
  plus,
  times,
  whole,
  ZERO,
} from "./fraction";
import type { Clip, MediaSource, ShotSource } from "./project";

/** The source of a clip if it has a length; null if it is endless. */
export function timed({ source }: Clip): MediaSource | ShotSource | null {
  switch (source.kind) {
    case "colour":
    case "title":
    case "prompt":
    case "image":
      return null;
    default:
      return source;
  }
}

export const speedOf = (clip: Clip): Fraction => (clip.speed === undefined ? ONE : fraction(clip.speed));
export const sourceStart = (clip: Clip): Fraction =>
  clip.source_start === undefined ? ZERO : fraction(clip.source_start);
export const endOf = (clip: Clip): number => clip.start + clip.duration;

/** Source frames per timeline frame; 0 where the source is endless or frozen. */
export function stepOf(clip: Clip, rate: Fraction): Fraction {
  const source = timed(clip);
  return source === null ? ZERO : divided(times(speedOf(clip), fraction(source.rate)), rate);
}

/** Frames by which the clip could begin earlier. */
export function headRoom(clip: Clip, rate: Fraction): number {
  return room(clip, sourceStart(clip), negative(stepOf(clip, rate)));
}

/** Frames by which the clip could end later. */
export function tailRoom(clip: Clip, rate: Fraction): number {
  const pace = stepOf(clip, rate);
  return room(clip, plus(sourceStart(clip), times(whole(clip.duration - 1), pace)), pace);
}

/** How many steps of `pace` from `at` stay inside the source; infinite for endless sources. */
function room(clip: Clip, at: Fraction, pace: Fraction): number {
  const source = timed(clip);
  if (source === null || pace.over === 0n) return Number.POSITIVE_INFINITY;
  if (compared(pace, ZERO) > 0) return ceil(divided(minus(whole(source.frame_count), at), pace)) - 1;
  return floor(divided(at, negative(pace)));
}
