import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { editor, useEditor } from "../state/editor";
import { useFilm } from "../state/film";
import { useReadout } from "../state/readout";
import classes from "./Timeline.module.css";

/** Browsers render no element wider than some millions of pixels. */
const WIDEST = 8_000_000;

/** A native scroll bar, as the canvas has none. */
export function ScrollBar() {
  const { t } = useTranslation("timeline");
  const { duration } = useFilm();
  const bar = useRef<HTMLDivElement>(null);
  /** The last known position: a scroll event with it must not undo what the wheel has done since. */
  const known = useRef(0);
  const scale = useReadout((state) => state.scale);
  const width = useEditor((state) => state.width);
  const frames = Math.max(duration * 1.1 + width / scale.zoom / 2, scale.left + width / scale.zoom);
  const whole = Math.min(WIDEST, Math.max(width, frames * scale.zoom));
  const perFrame = whole / Math.max(1, frames);
  useEffect(() => {
    const wanted = Math.round(scale.left * perFrame);
    if (bar.current === null || Math.abs(bar.current.scrollLeft - wanted) <= 1) return;
    bar.current.scrollLeft = wanted;
    known.current = bar.current.scrollLeft;
  }, [scale.left, perFrame]);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a scroll bar is no form
    <div
      ref={bar}
      className={classes.bar}
      role="group"
      aria-label={t("scroll")}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll bar must be reachable by keyboard
      tabIndex={0}
      onScroll={(event) => {
        const { scrollLeft } = event.currentTarget;
        if (scrollLeft === known.current) return;
        known.current = scrollLeft;
        const left = scrollLeft / perFrame;
        const now = editor.now().scale;
        if (Math.abs(left - now.left) * perFrame > 1.5) editor.set({ scale: { ...now, left } });
      }}
    >
      <div style={{ width: whole }} />
    </div>
  );
}
