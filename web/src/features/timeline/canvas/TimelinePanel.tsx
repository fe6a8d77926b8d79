import { useElementSize, useMergedRef } from "@mantine/hooks";
import { type RefObject, useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { editor, useEditor } from "../state/editor";
import { useFilm } from "../state/film";
import { heightOf, rowsOf } from "./layout";
import { Rows } from "./Rows";
import { Ruler } from "./Ruler";
import { ScrollBar } from "./ScrollBar";
import { fitted, zoomed } from "./scale";
import { TimeField } from "./TimeField";
import classes from "./Timeline.module.css";
import { Toolbar } from "./Toolbar";
import { TrackHead } from "./TrackHead";
import { TrackLists } from "./TrackList";
import { useDragging } from "./useDragging";
import { useDropping } from "./useDropping";

/** The tracks over time, with toolbar, ruler and scroll bar. */
export function TimelinePanel() {
  const { timeline, duration } = useFilm();
  const rows = useMemo(() => rowsOf(timeline), [timeline]);
  const tracks = useMemo(() => rows.map((row) => row.track), [rows]);
  const scroller = useRef<HTMLDivElement>(null);
  const lane = useRef<HTMLDivElement>(null);
  const sized = useElementSize();
  const wide = useElementSize();
  const scrollRef = useMergedRef(scroller, sized.ref);
  const laneRef = useMergedRef(lane, wide.ref);
  const dragging = useDragging(lane, rows);
  useDropping(lane, rows);
  useWheel(lane);
  useWidth(wide.width, duration);
  const height = Math.max(heightOf(rows), sized.height);
  return (
    <>
      <Toolbar />
      <div className={classes.ruler}>
        <div className={classes.corner}>
          <TimeField />
        </div>
        <Ruler />
      </div>
      <div ref={scrollRef} className={classes.scroller}>
        <div className={classes.inner}>
          <div>
            {rows.map((row) => (
              <TrackHead key={row.track.id} row={row} />
            ))}
          </div>
          <div ref={laneRef} className={classes.lane} style={{ height }} data-testid="lane" {...dragging}>
            <Rows rows={rows} scroller={scroller} height={Math.min(height, sized.height)} />
            <TrackLists tracks={tracks} />
          </div>
        </div>
      </div>
      <ScrollBar />
      <Selected />
    </>
  );
}

/** The number of selected clips, for screen readers. */
function Selected() {
  const { t } = useTranslation("timeline");
  const count = useEditor((state) => state.selection.length);
  return (
    <output className={classes.hidden} aria-live="polite">
      {count > 1 ? t("selected", { count }) : ""}
    </output>
  );
}

/** Keeps the width in the editor's state, and fits the whole film into view when it is opened. */
function useWidth(width: number, duration: number): void {
  const shown = useRef(false);
  useEffect(() => {
    if (width === 0) return;
    editor.set({ width });
    if (shown.current) return;
    shown.current = true;
    if (duration > 0) editor.set({ scale: fitted(duration, width) });
  }, [width, duration]);
}

const ZOOM_PER_PX = 0.0025;

/** Ctrl and the wheel zoom around the pointer; Shift and the wheel scroll along the film. */
function useWheel(lane: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = lane.current;
    if (element === null) return;
    const turn = (event: WheelEvent) => {
      const { scale } = editor.now();
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault();
        const x = event.clientX - element.getBoundingClientRect().left;
        editor.set({ scale: zoomed(scale, Math.exp(-event.deltaY * ZOOM_PER_PX), x) });
        return;
      }
      const along = event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX;
      if (along === 0) return;
      event.preventDefault();
      editor.set({ scale: { ...scale, left: Math.max(0, scale.left + along / scale.zoom) } });
    };
    element.addEventListener("wheel", turn, { passive: false }); // React's wheel listeners are passive
    return () => element.removeEventListener("wheel", turn);
  }, [lane]);
}
