import { newKey } from "@/shared/api/client";
import { trimLimits } from "../canvas/ghost";
import { showing } from "../canvas/scale";
import type { Command, Edge } from "../model/commands";
import { clipAt, cutNear, cutsOf, findClip, freeOnTop, groupOf, isGap, roomAt, shownTracks } from "../model/finding";
import { endOf } from "../model/mapping";
import type { Source, TrackKind } from "../model/project";
import { nominal } from "../model/timecode";
import type { PlaceMode } from "../server/calls";
import { editor, rangeOf } from "../state/editor";
import type { Film } from "../state/film";
import { dialogs } from "./dialogs";

const USUAL_PROMPT_SECONDS = 2;
const USUAL_TITLE_SECONDS = 3;
const USUAL_TITLE_SIZE = 0.1;
/** Sources without frames that a shot could continue. */
const WITHOUT_FRAMES: readonly Source["kind"][] = ["colour", "title"];

/** Every action of the shortcuts and buttons on a film. Those on clips act on the selected ones. */
export function actsOn(film: Film) {
  const { timeline, edits, rate, duration } = film;
  const run = (...commands: Command[]) => edits.run(commands);
  const alone = () => (editor.now().linked ? {} : { alone: true });
  const chosen = () => editor.now().selection.filter((id) => findClip(timeline, id) !== null);
  const each = (make: (id: string) => Command) => run(...chosen().map(make));
  const active = () => findClip(timeline, editor.now().active) ?? findClip(timeline, chosen()[0]);

  const seek = (frame: number) => {
    editor.seek(frame);
    const { scale, playhead, width } = editor.now();
    editor.set({ scale: showing(scale, playhead, width) });
  };
  const trimTo = (edge: Edge) => {
    const lying = active() ?? underPlayhead();
    if (lying === null) return;
    const at = edge === "head" ? lying.clip.start : endOf(lying.clip);
    const by = editor.now().playhead - at;
    if (by === 0) return;
    const { clip } = lying;
    // A ripple trim closes the gap: after trimming the head to the playhead, that frame is at the clip's start.
    void run({ edit: "ripple_trim", clip: clip.id, edge, by, ...alone() }).then((done) => {
      if (done && edge === "head") seek(clip.start);
    });
  };
  const underPlayhead = () => {
    const { playhead } = editor.now();
    for (const track of shownTracks(timeline)) {
      const clip = track.locked ? null : clipAt(track, playhead);
      if (clip !== null) return findClip(timeline, clip.id);
    }
    return null;
  };

  return {
    seek,
    step: (by: number) => seek(editor.now().playhead + by),
    toCut: (way: 1 | -1) => {
      const { playhead } = editor.now();
      const cuts = cutsOf(timeline);
      seek((way === 1 ? cuts.find((cut) => cut > playhead) : cuts.findLast((cut) => cut < playhead)) ?? playhead);
    },
    toEnd: () => seek(Math.max(0, duration - 1)),
    mark: (end: "markIn" | "markOut") => editor.set({ [end]: editor.now().playhead + (end === "markOut" ? 1 : 0) }),
    clearMarks: () => editor.set({ markIn: null, markOut: null }),
    selectAll: () => editor.select(timeline.tracks.flatMap((track) => track.clips.map((clip) => clip.id))),

    split: () => {
      const { playhead: frame } = editor.now();
      const crossing = groupOf(timeline, chosen(), true).filter(
        ({ clip }) => clip.start < frame && endOf(clip) > frame,
      );
      const tracks = new Set(crossing.map(({ track }) => track.id));
      if (tracks.size === 0) return void run({ edit: "razor", frame });
      // A cut also cuts linked clips, so a second command for one of them would fail.
      const links = new Set<string>();
      const needed = crossing.filter(({ clip }) => {
        const done = editor.now().linked && clip.link ? links.has(clip.link) : false;
        if (clip.link) links.add(clip.link);
        return !done;
      });
      void run(...needed.map(({ track }): Command => ({ edit: "razor", frame, track: track.id, ...alone() })));
    },
    lift: () => {
      const clips = chosen();
      if (clips.length > 0)
        void run({ edit: "lift_clips", clips, ...alone() }).then((done) => done && editor.select([]));
    },
    close: () => {
      const clips = chosen();
      if (clips.length > 0)
        return void run({ edit: "ripple_delete", clips, ...alone() }).then((done) => done && editor.select([]));
      const { track, playhead: frame } = editor.now();
      if (track !== null) void run({ edit: "close_gap", track, frame });
    },
    extract: () => {
      const { markIn, markOut } = editor.now();
      if (markIn !== null || markOut !== null) void run({ edit: "extract", ...rangeOf(editor.now(), duration) });
    },
    link: () => {
      const clips = chosen();
      const linked = clips.some((id) => findClip(timeline, id)?.clip.link);
      if (linked) void run({ edit: "unlink", clips: groupOf(timeline, clips).map(({ clip }) => clip.id) });
      else if (clips.length > 1) void run({ edit: "link", clips });
    },
    enable: () => {
      const all = chosen().map((id) => findClip(timeline, id)?.clip);
      const on = all.some((clip) => clip?.enabled === false);
      void each((clip) => ({ edit: "set_clip", clip, enabled: on }));
    },
    trimTo,
    /** Moves the end of the active clip by one frame, if there is room. */
    nudgeEnd: (by: 1 | -1) => {
      const lying = active();
      if (lying === null) return;
      const { clip, track, index } = lying;
      const [least, most] = trimLimits(clip, track, index, "tail", false, rate);
      if (by >= least && by <= most) void run({ edit: "trim", clip: clip.id, edge: "tail", by, ...alone() });
    },
    nudge: (by: 1 | -1) => {
      const clips = chosen();
      const first = findClip(timeline, clips[0]);
      if (first === null || first.clip.start + by < 0) return;
      void run({ edit: "move", clips, to: first.clip.start + by, mode: "overwrite", ...alone() });
    },
    transition: () => {
      const lying = active() ?? underPlayhead();
      const cut = lying && cutNear(timeline, lying.clip.id, editor.now().playhead);
      if (!cut) return;
      if (cut.transition !== null) return void run({ edit: "clear_transition", transition: cut.transition.id });
      const side = Math.max(1, Math.round(nominal(rate) / 4));
      const [left, right] = [cut.left.id, cut.right.id];
      const room = roomAt(cut, rate);
      const fitting = { before: Math.min(side, room.before), after: Math.min(side, room.after) };
      // Without room for a visible transition, the server says why.
      const frames = fitting.before + fitting.after > 1 ? fitting : { before: side, after: side };
      void run({ edit: "set_transition", left, right, ...frames, kind: "dissolve" });
    },
    marker: () => {
      const { playhead: frame } = editor.now();
      const there = timeline.markers.find((marker) => marker.frame === frame);
      void run(there ? { edit: "remove_marker", marker: there.id } : { edit: "add_marker", frame });
    },
    addTrack: (kind: TrackKind) => {
      void run({ edit: "add_track", kind });
    },
    place: (mode: PlaceMode, asset = editor.now().asset, at = editor.now().playhead, track?: string) => {
      if (asset !== null) void edits.place({ asset, at, mode, ...(track === undefined ? {} : { track }) });
    },
    /** A new shot in the gap under the playhead, on the selected track or else the uppermost one with a gap there. */
    fillGap: () => {
      const { track: preferred, playhead: frame } = editor.now();
      const tracks = shownTracks(timeline).filter((one) => one.kind === "video" && !one.locked && isGap(one, frame));
      const track = tracks.find((one) => one.id === preferred) ?? tracks[0];
      dialogs.openBridge({ edit: "fill_gap", track: track?.id ?? null, frame });
    },
    /** A new shot that continues the active clip. */
    extend: () => {
      const lying = active() ?? underPlayhead();
      const isSeen = lying?.track.kind === "video" && !lying.track.locked;
      const goesOn = isSeen && !WITHOUT_FRAMES.includes(lying.clip.source.kind);
      dialogs.openBridge({ edit: "extend", after: goesOn ? lying.clip.id : null });
    },
    /** A title at the playhead, above everything there: on a new track if no other has room. */
    addTitle: (text: string) => {
      const { playhead: at } = editor.now();
      const duration = nominal(rate) * USUAL_TITLE_SECONDS;
      const there = freeOnTop(timeline, at, at + duration);
      const [track, id] = [there?.id ?? newKey(), newKey()];
      const source = { kind: "title", text, size: USUAL_TITLE_SIZE, colour: "#ffffff" } as const;
      const begun: Command[] = there === null ? [{ edit: "add_track", track, kind: "video" }] : [];
      void run(...begun, { edit: "overwrite", at, clips: [{ track, clip: { id, duration, source } }] }).then(
        (done) => done && editor.select([id]),
      );
    },
    /** A prompt or a plain colour at the playhead, on the first unlocked track of its kind, added if there is none. */
    addEndless: (kind: "prompt" | "colour", text: string) => {
      const wanted = kind === "prompt" ? "prompt" : "video";
      const { track: preferred, playhead: at } = editor.now();
      const tracks = shownTracks(timeline).filter((one) => one.kind === wanted && !one.locked);
      const there = tracks.find((one) => one.id === preferred) ?? tracks[0];
      const [track, clip] = [there?.id ?? newKey(), newKey()];
      const length = nominal(rate) * USUAL_PROMPT_SECONDS;
      const source = kind === "prompt" ? ({ kind, text } as const) : ({ kind, colour: "#000000" } as const);
      const begun: Command[] = there === undefined ? [{ edit: "add_track", track, kind: wanted }] : [];
      void run(...begun, {
        edit: "overwrite",
        at,
        clips: [{ track, clip: { id: clip, duration: length, source } }],
      }).then((done) => done && editor.select([clip]));
    },
  };
}

export type Acts = ReturnType<typeof actsOn>;
