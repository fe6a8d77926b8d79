import { newKey } from "@/shared/api/client";
import type { Command } from "../model/commands";
import { isFree } from "../model/finding";
import { endOf } from "../model/mapping";
import type { Clip, Timeline, Track } from "../model/project";

/** Commands that put a clip's sound, linked with it, on the first unlocked audio track with room, or on a new one. */
export function playedSound(timeline: Timeline, clip: Clip): Command[] {
  const isOpen = (track: Track) => track.kind === "audio" && !track.locked;
  const there = timeline.tracks.find((track) => isOpen(track) && isFree(track, clip.start, endOf(clip)));
  const [track, id] = [there?.id ?? newKey(), newKey()];
  const { start: at, duration, source, source_start, speed, name } = clip;
  const begins = { ...(source_start && { source_start }), ...(speed && { speed }), ...(name && { name }) };
  return [
    ...(there === undefined ? [{ edit: "add_track", track, kind: "audio" } as const] : []),
    { edit: "overwrite", at, clips: [{ track, clip: { id, duration, source, ...begins } }] },
    { edit: "link", clips: [clip.id, id] },
  ];
}
