import { dropTargetForElements } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { type RefObject, useEffect, useRef } from "react";
import { actsOn } from "../editor/acts";
import { nearest, snapPoints } from "../model/snapping";
import { editor } from "../state/editor";
import { useFilm } from "../state/film";
import { type Row, rowAt } from "./layout";
import { edgeAtX } from "./scale";

const SNAP_PX = 9;
const NOTHING: ReadonlySet<string> = new Set();

/** Drops library files on the tracks: overwriting what is there, or with Ctrl inserting. */
export function useDropping(lane: RefObject<HTMLElement | null>, rows: readonly Row[]): void {
  const film = useFilm();
  const latest = useRef({ film, rows });
  latest.current = { film, rows };
  const { mayWrite } = film;
  useEffect(() => {
    const element = lane.current;
    if (element === null || !mayWrite) return;
    const frameOf = (x: number) => {
      const { scale, snap, playhead } = editor.now();
      const frame = edgeAtX(x - element.getBoundingClientRect().left, scale);
      const points = snapPoints(latest.current.film.timeline, NOTHING, playhead);
      return (snap ? nearest(frame, points, Math.round(SNAP_PX / scale.zoom)) : null) ?? frame;
    };
    return dropTargetForElements({
      element,
      canDrop: ({ source }) => typeof source.data.asset === "string",
      onDrag: ({ location }) => editor.set({ dropAt: frameOf(location.current.input.clientX) }),
      onDragLeave: () => editor.set({ dropAt: null }),
      onDrop: ({ source, location: { current } }) => {
        const { clientX, clientY, ctrlKey, metaKey } = current.input;
        const row = rowAt(latest.current.rows, clientY - element.getBoundingClientRect().top);
        const kind = source.data.kind === "audio" ? "audio" : "video";
        const track = row?.track.kind === kind && !row.track.locked ? row.track.id : undefined;
        const mode = editor.now().magnet || ctrlKey || metaKey ? "insert" : "overwrite";
        actsOn(latest.current.film).place(mode, String(source.data.asset), frameOf(clientX), track);
        editor.set({ dropAt: null });
      },
    });
  }, [lane, mayWrite]);
}
