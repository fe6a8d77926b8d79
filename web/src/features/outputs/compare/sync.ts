import { secondsAt, type Timing, within } from "@/shared/player/timecode";

/** One time for clips that may have different rates and lengths: by the finest frames, as long as the longest. */
export function sharedTiming(timings: readonly Timing[]): Timing {
  const rate = Math.max(1, ...timings.map((timing) => timing.rate));
  const frames = Math.max(1, ...timings.map((one) => Math.ceil((one.frames / one.rate) * rate - 1e-6)));
  return { rate, frames };
}

/** The frame of one clip that belongs to a frame of the shared time; a clip that is over stays at its last. */
export function frameOf(clip: Timing, shared: Timing, frame: number): number {
  return within(Math.floor(((frame + 0.5) / shared.rate) * clip.rate), clip.frames);
}

/** Where a clip has to be sought to, in seconds, so that it shows the same as the others. */
export function placeOf(clip: Timing, shared: Timing, frame: number): number {
  return secondsAt(frameOf(clip, shared, frame), clip);
}

/** The clip that lasts longest, whose time the others follow while they play. */
export function leaderOf(timings: readonly Timing[]): number {
  const lengths = timings.map((timing) => timing.frames / timing.rate);
  return Math.max(0, lengths.indexOf(Math.max(...lengths)));
}

/** Whether a clip that plays is a frame or more beside the others. */
export function hasStrayed(clip: Timing, seconds: number, leader: number): boolean {
  const end = (clip.frames - 0.5) / clip.rate;
  return Math.abs(Math.min(leader, end) - Math.min(seconds, end)) > 1 / clip.rate;
}

/** Up to four ids of an address, each once. */
export function idsOf(params: URLSearchParams, most: number): string[] {
  const ids = (params.get("ids") ?? "").split(",").filter((id) => /^[0-9a-f]{32}$/.test(id));
  return [...new Set(ids)].slice(0, most);
}
