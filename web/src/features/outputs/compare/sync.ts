import { secondsAt, type Timing, within } from "@/shared/player/timecode";

/** One timing for clips of different rates and lengths: the highest frame rate and the longest duration. */
export function sharedTiming(timings: readonly Timing[]): Timing {
  const rate = Math.max(1, ...timings.map((timing) => timing.rate));
  const frames = Math.max(1, ...timings.map((one) => Math.ceil((one.frames / one.rate) * rate - 1e-6)));
  return { rate, frames };
}

/** A clip's frame for a frame of the shared timing; a clip that has ended stays at its last. */
export function frameOf(clip: Timing, shared: Timing, frame: number): number {
  return within(Math.floor(((frame + 0.5) / shared.rate) * clip.rate), clip.frames);
}

/** The time in seconds to seek a clip to, so that it shows the same moment as the others. */
export function placeOf(clip: Timing, shared: Timing, frame: number): number {
  return secondsAt(frameOf(clip, shared, frame), clip);
}

/** Index of the longest clip, which the others follow during playback. */
export function leaderOf(timings: readonly Timing[]): number {
  const lengths = timings.map((timing) => timing.frames / timing.rate);
  return Math.max(0, lengths.indexOf(Math.max(...lengths)));
}

/** Whether a playing clip is off by more than a frame. */
export function hasStrayed(clip: Timing, seconds: number, leader: number): boolean {
  const end = (clip.frames - 0.5) / clip.rate;
  return Math.abs(Math.min(leader, end) - Math.min(seconds, end)) > 1 / clip.rate;
}

/** The ids in an address, without duplicates, at most `most`. */
export function idsOf(params: URLSearchParams, most: number): string[] {
  const ids = (params.get("ids") ?? "").split(",").filter((id) => /^[0-9a-f]{32}$/.test(id));
  return [...new Set(ids)].slice(0, most);
}
