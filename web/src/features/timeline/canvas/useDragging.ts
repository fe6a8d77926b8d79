import { type PointerEvent, type RefObject, useEffect, useRef } from "react";
import type { Command, MoveMode } from "../model/commands";
import { groupOf } from "../model/finding";
import { editor, type Point } from "../state/editor";
import { type Film, useFilm } from "../state/film";
import { type Drag, type DragKind, ghostOf } from "./ghost";
import { type Hit, hitAt, within } from "./hitting";
import type { Row } from "./layout";
import { edgeAtX } from "./scale";

const SNAP_PX = 9;
const STILL_PX = 4;

type Held = { at: Point } & ({ what: "clip"; hit: Hit; clip: string } | { what: "ground" });

/** Pointer actions on the tracks: select, drag, trim, cut, and select with a rectangle. */
export function useDragging(lane: RefObject<HTMLElement | null>, rows: readonly Row[]) {
  const film = useFilm();
  const held = useRef<Held | null>(null);

  const place = (event: { clientX: number; clientY: number }): Point => {
    const box = lane.current?.getBoundingClientRect();
    return { x: event.clientX - (box?.left ?? 0), y: event.clientY - (box?.top ?? 0) };
  };
  const drop = () => {
    held.current = null;
    editor.set({ ghost: null, band: null });
  };
  useEffect(() => {
    const giveUp = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || held.current === null) return;
      held.current = null;
      editor.set({ ghost: null, band: null });
    };
    window.addEventListener("keydown", giveUp);
    return () => window.removeEventListener("keydown", giveUp);
  }, []);

  const take = (event: PointerEvent<HTMLElement>) => {
    if (event.button !== 0) return;
    const at = place(event);
    const hit = hitAt(rows, editor.now().scale, at.x, at.y);
    if (hit !== null) editor.set({ track: hit.track.id });
    if (hit?.clip && editor.now().tool === "razor" && film.mayWrite) return cut(film, hit, at, event.shiftKey);
    event.currentTarget.setPointerCapture(event.pointerId);
    if (!hit?.clip) {
      if (!event.shiftKey) editor.select([]);
      held.current = { what: "ground", at };
      return;
    }
    choose(film, hit.clip.id, event.shiftKey);
    if (film.mayWrite && !hit.track.locked) held.current = { what: "clip", hit, clip: hit.clip.id, at };
  };

  const move = (event: PointerEvent<HTMLElement>) => {
    const at = place(event);
    const now = held.current;
    if (now === null) return showCursor(event.currentTarget, hitAt(rows, editor.now().scale, at.x, at.y));
    const far = Math.abs(at.x - now.at.x) > STILL_PX || Math.abs(at.y - now.at.y) > STILL_PX;
    const begun = editor.now().ghost !== null || editor.now().band !== null;
    if (!far && !begun) return;
    if (now.what === "ground") {
      const shown = within(rows, editor.now().scale, now.at, at);
      editor.set({ band: { from: now.at, to: at }, selection: shown, active: shown.at(-1) ?? null });
      return;
    }
    const drag = dragOf(now, at, rows, event);
    editor.set({ ghost: ghostOf(film.timeline, drag, optionsOf(film, modeOf(event))) });
  };

  const release = (event: PointerEvent<HTMLElement>) => {
    const command = held.current?.what === "clip" ? (editor.now().ghost?.command ?? null) : null;
    if (event.type === "pointerup" && command !== null) void film.edits.run([command]);
    drop();
  };
  return { onPointerDown: take, onPointerMove: move, onPointerUp: release, onPointerCancel: release };
}

function choose({ timeline }: Film, id: string, adding: boolean): void {
  const { selection, linked } = editor.now();
  const group = groupOf(timeline, [id], !linked).map(({ clip }) => clip.id);
  if (adding) editor.toggle(id);
  else if (selection.includes(id)) editor.set({ active: id });
  else editor.select(group, id);
}

/** Cuts one track, or with Shift all of them. */
function cut(film: Film, { track }: Hit, at: Point, all: boolean): void {
  const { scale, linked } = editor.now();
  const frame = edgeAtX(at.x, scale);
  const command: Command = {
    edit: "razor",
    frame,
    ...(all ? {} : { track: track.id }),
    ...(linked ? {} : { alone: true }),
  };
  void film.edits.run([command]);
}

interface Modifiers {
  altKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
}

function dragOf(held: Held & { what: "clip" }, at: Point, rows: readonly Row[], keys: Modifiers): Drag {
  const { scale, selection } = editor.now();
  const { hit, clip } = held;
  const over = rows.find((row) => at.y >= row.y && at.y < row.y + row.height)?.track.id ?? null;
  return {
    kind: kindOf(hit, keys),
    clip,
    edge: hit.part === "tail" ? "tail" : "head",
    chosen: selection.includes(clip) ? selection : [clip],
    by: Math.round((at.x - held.at.x) / scale.zoom),
    over,
  };
}

function kindOf({ part }: Hit, keys: Modifiers): DragKind {
  const { tool, magnet } = editor.now();
  if (tool === "slip" || tool === "slide") return tool;
  if (part === "fade") return "fade";
  if (part === "body") return "move";
  if (keys.ctrlKey || keys.metaKey) return "roll";
  return keys.altKey !== magnet ? "ripple" : "trim"; // the magnet closes gaps, and Alt does the other of the two
}

function modeOf(keys: Modifiers): MoveMode {
  if (editor.now().magnet) return "magnetic";
  return keys.ctrlKey || keys.metaKey ? "insert" : "overwrite";
}

function optionsOf({ rate }: Film, mode: MoveMode) {
  const { scale, snap, playhead, linked } = editor.now();
  return { rate, reach: snap ? Math.round(SNAP_PX / scale.zoom) : 0, playhead, alone: !linked, mode };
}

function showCursor(element: HTMLElement, hit: Hit | null): void {
  const { tool } = editor.now();
  element.style.cursor =
    hit?.clip == null
      ? "default"
      : tool === "razor"
        ? "crosshair"
        : hit.part === "body" || tool !== "select"
          ? "grab"
          : "ew-resize";
}
