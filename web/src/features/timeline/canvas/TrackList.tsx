import { type KeyboardEvent, useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { firstAfter, nameOf } from "../model/finding";
import { endOf } from "../model/mapping";
import type { Clip, Track } from "../model/project";
import { timecode } from "../model/timecode";
import { editor, useEditor } from "../state/editor";
import { useFilm } from "../state/film";
import { crossfadeOf } from "./prompts";
import { showing } from "./scale";
import classes from "./Timeline.module.css";
import { useTrackName } from "./useTrackName";

/** Of thousands of clips only this many on each side of the active one are rendered. */
const AROUND = 40;
const PAGE = 10;

interface Props {
  track: Track;
  /** Whether this is the one track that the Tab key reaches. */
  reached: boolean;
  /** Moves to the clip at that frame of the track above (-1) or below (1). */
  beside: (way: 1 | -1, frame: number) => void;
}

/** The clips of a track for keyboards and screen readers: everything on the canvas can be selected here. */
export function TrackList({ track, reached, beside }: Props) {
  const { t } = useTranslation("timeline");
  const list = useRef<HTMLDivElement>(null);
  const { clips } = track;
  const active = useEditor((state) => state.active);
  const selection = useEditor((state) => state.selection);
  const index = useMemo(() => clips.findIndex((clip) => clip.id === active), [clips, active]);
  const here = clips[index] ?? null;
  const label = useTrackName()(track);
  const from = Math.max(0, Math.max(index, 0) - AROUND);
  const shown = clips.slice(from, Math.max(index, 0) + AROUND);

  const go = (event: KeyboardEvent) => {
    const next = nextIndex(event.key, index, clips.length);
    if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      event.preventDefault();
      beside(event.key === "ArrowDown" ? 1 : -1, here?.start ?? editor.now().playhead);
    } else if (event.key === " " && event.ctrlKey && here !== null) {
      event.preventDefault();
      editor.toggle(here.id);
    } else if (event.key === "Enter" && here !== null) {
      event.preventDefault();
      show(here.start);
    } else if (next !== null && !event.altKey && !event.metaKey) {
      event.preventDefault();
      reach(clips[next], event.shiftKey, event.ctrlKey);
    }
  };
  const focused = () => {
    editor.set({ track: track.id });
    const { scale, width } = editor.now();
    if (here !== null) editor.set({ scale: showing(scale, here.start, width) });
    else reach(clips[Math.min(firstAfter(clips, editor.now().playhead), clips.length - 1)], false, false);
  };

  if (clips.length === 0)
    return (
      // biome-ignore lint/a11y/useSemanticElements: an empty track is no list
      <div
        role="group"
        tabIndex={reached ? 0 : -1}
        aria-label={t("track.empty", { track: label })}
        data-track={track.id}
        onKeyDown={go}
        onFocus={() => editor.set({ track: track.id })}
      />
    );
  return (
    <div
      ref={list}
      role="listbox"
      tabIndex={reached ? 0 : -1}
      aria-label={label}
      aria-multiselectable
      aria-activedescendant={here === null ? undefined : `clip-${here.id}`}
      data-track={track.id}
      onKeyDown={go}
      onFocus={focused}
    >
      {shown.map((clip, place) => (
        <ClipOption
          key={clip.id}
          clip={clip}
          place={from + place + 1}
          of={clips.length}
          selected={selection.includes(clip.id)}
        />
      ))}
    </div>
  );
}

function ClipOption({ clip, place, of, selected }: { clip: Clip; place: number; of: number; selected: boolean }) {
  const { t } = useTranslation("timeline");
  const { project, rate, answer } = useFilm();
  const shot = clip.source.kind === "shot" ? clip.source.shot : "";
  const fade = crossfadeOf(clip);
  const notes = [
    fade > 0 ? t("prompt.fades", { count: fade }) : "",
    clip.enabled === false ? t("clip.disabled") : "",
    clip.link ? t("clip.linked") : "",
    answer.unmade.includes(shot) ? t("shot.unmade") : answer.stale.includes(shot) ? t("shot.stale") : "",
  ].filter(Boolean);
  const name = nameOf(project, clip) || t("unnamed");
  const { kind } = clip.source;
  const option = kind === "prompt" ? "prompt.option" : kind === "title" ? "titles.option" : "clip.option";
  const from = timecode(clip.start, rate);
  const to = timecode(endOf(clip), rate);
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the list has the focus, and names the active option
    <div role="option" id={`clip-${clip.id}`} aria-selected={selected} aria-posinset={place} aria-setsize={of}>
      {[t(option, { name, from, to, count: clip.duration }), ...notes].join(", ")}
    </div>
  );
}

function nextIndex(key: string, index: number, count: number): number | null {
  const to = {
    ArrowLeft: index - 1,
    ArrowRight: index + 1,
    Home: 0,
    End: count - 1,
    PageUp: index - PAGE,
    PageDown: index + PAGE,
  }[key];
  return to === undefined ? null : Math.min(Math.max(0, to), count - 1);
}

function reach(clip: Clip | undefined, adding: boolean, keeping: boolean): void {
  if (clip === undefined) return;
  const { selection, scale, width } = editor.now();
  const chosen = keeping ? selection : adding ? [...new Set([...selection, clip.id])] : [clip.id];
  editor.set({ selection: chosen, active: clip.id, scale: showing(scale, clip.start, width) });
}

function show(frame: number): void {
  const { scale, width } = editor.now();
  editor.set({ playhead: frame, scale: showing(scale, frame, width) });
}

/** The visually hidden lists of all tracks. */
export function TrackLists({ tracks }: { tracks: readonly Track[] }) {
  const { t } = useTranslation("timeline");
  const box = useRef<HTMLElement>(null);
  const current = useEditor((state) => state.track);
  const reached = tracks.some((track) => track.id === current) ? current : tracks[0]?.id;
  const going = useRef<string | null>(null);
  useEffect(() => {
    if (going.current !== current || current === null) return;
    going.current = null;
    box.current?.querySelector<HTMLElement>(`[data-track="${CSS.escape(current)}"]`)?.focus({ preventScroll: true });
  });
  const beside = (from: Track, way: 1 | -1, frame: number) => {
    const next = tracks[tracks.indexOf(from) + way];
    if (next === undefined) return;
    going.current = next.id;
    const clip = next.clips[Math.min(firstAfter(next.clips, frame), next.clips.length - 1)];
    editor.set({
      track: next.id,
      ...(clip ? { selection: [clip.id], active: clip.id } : { selection: [], active: null }),
    });
  };
  return (
    <section ref={box} className={classes.hidden} aria-label={t("tracks")}>
      {tracks.map((track) => (
        <TrackList
          key={track.id}
          track={track}
          reached={track.id === reached}
          beside={(way, frame) => beside(track, way, frame)}
        />
      ))}
    </section>
  );
}
