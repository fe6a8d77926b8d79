import type { PointerEvent } from "react";
import { useTranslation } from "react-i18next";
import { nearest, snapPoints } from "../model/snapping";
import { timecode } from "../model/timecode";
import { editor } from "../state/editor";
import { useFilm } from "../state/film";
import { useReadout } from "../state/readout";
import { Playhead } from "./Playhead";
import { RulerCanvas } from "./RulerCanvas";
import { edgeAtX, frameAtX } from "./scale";
import classes from "./Timeline.module.css";

const SNAP_PX = 6;
const NOTHING: ReadonlySet<string> = new Set();

/** The time ruler: pressing or dragging on it moves the playhead. */
export function Ruler() {
  const { t } = useTranslation("timeline");
  const { timeline, rate, duration } = useFilm();
  const playhead = useReadout((state) => state.playhead);

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
      <RulerCanvas />
      <Playhead className={classes.pointer} />
    </div>
  );
}
