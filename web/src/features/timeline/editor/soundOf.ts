import { newKey } from "@/shared/api/client";
import type { Command } from "../model/commands";
import { isFree } from "../model/finding";
import { endOf } from "../model/mapping";
import type { Clip, Timeline, Track } from "../model/project";

/** Has a clip's own sound played: on the first open sound track with room there, or a new one, linked with the clip. */
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
