import { useComputedColorScheme } from "@mantine/core";
import { type PointerEvent, useCallback, useRef } from "react";
import { useTranslation } from "react-i18next";
import { nearest, snapPoints } from "../model/snapping";
import { timecode } from "../model/timecode";
import { editor, useEditor } from "../state/editor";
import { useFilm } from "../state/film";
import { coloursOf } from "./colours";
import { drawRuler } from "./drawing";
import { edgeAtX, frameAtX } from "./scale";
import classes from "./Timeline.module.css";
import { useCanvas } from "./useCanvas";

const SNAP_PX = 6;
const NOTHING: ReadonlySet<string> = new Set();

/** Time itself: where it is pressed, the playhead comes. */
export function Ruler() {
  const { t } = useTranslation("timeline");
  const { timeline, rate, duration } = useFilm();
  const canvas = useRef<HTMLCanvasElement>(null);
  const colours = coloursOf(useComputedColorScheme("light"));
  const { markers } = timeline;
  const draw = useCallback(
    (context: CanvasRenderingContext2D, width: number) =>
      drawRuler(context, { state: useEditor.getState(), width, rate, markers, colours }),
    [rate, markers, colours],
  );
  useCanvas(canvas, draw);
  const playhead = useEditor((state) => state.playhead);

  const scrub = (event: PointerEvent<HTMLDivElement>) => {
    if (event.buttons !== 1) return;
    const { scale } = editor.now();
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left;
    const snap = event.shiftKey
      ? nearest(edgeAtX(x, scale), snapPoints(timeline, NOTHING, 0), Math.round(SNAP_PX / scale.zoom))
      : null;
    editor.set({ shuttle: 0 });
    editor.seek(snap ?? frameAtX(x, scale));
  };
  return (
    <div
      role="slider"
      tabIndex={0}
      data-playhead
      aria-label={t("playhead")}
      aria-valuemin={0}
      aria-valuemax={Math.max(duration, playhead)}
      aria-valuenow={playhead}
      aria-valuetext={timecode(playhead, rate)}
      className={classes.scrub}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        scrub(event);
      }}
      onPointerMove={scrub}
    >
      <canvas ref={canvas} aria-hidden />
    </div>
  );
}
