import { newKey } from "@/shared/api/client";
import type { Command } from "../model/commands";
import { firstAfter } from "../model/finding";
import { endOf } from "../model/mapping";
import type { Clip, Timeline, Track } from "../model/project";

/** Has a clip's own sound played: on the first open sound track with room there, or a new one, linked with the clip. */
export function playedSound(timeline: Timeline, clip: Clip): Command[] {
  const there = timeline.tracks.find((track) => track.kind === "audio" && !track.locked && hasRoom(track, clip));
  const [track, id] = [there?.id ?? newKey(), newKey()];
  const { start: at, duration, source, source_start, speed, name } = clip;
  const begins = { ...(source_start && { source_start }), ...(speed && { speed }), ...(name && { name }) };
  return [
    ...(there === undefined ? [{ edit: "add_track", track, kind: "audio" } as const] : []),
    { edit: "overwrite", at, clips: [{ track, clip: { id, duration, source, ...begins } }] },
    { edit: "link", clips: [clip.id, id] },
  ];
}

function hasRoom(track: Track, clip: Clip): boolean {
  const next = track.clips[firstAfter(track.clips, clip.start)];
  return next === undefined || next.start >= endOf(clip);
}
