import { useComputedColorScheme } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type RefObject, useCallback, useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useEditor } from "../state/editor";
import { useFilm } from "../state/film";
import { coloursOf } from "./colours";
import { drawRows } from "./drawing";
import type { Row } from "./layout";
import { picturesOf } from "./pictures";
import classes from "./Timeline.module.css";
import { useCanvas } from "./useCanvas";

interface Props {
  rows: readonly Row[];
  scroller: RefObject<HTMLDivElement | null>;
  height: number;
}

/** The clips, painted; who does not see them has the lists beside it. */
export function RowsCanvas({ rows, scroller, height }: Props) {
  const { t } = useTranslation("timeline");
  const { answer, project, rate } = useFilm();
  const canvas = useRef<HTMLCanvasElement>(null);
  const queries = useQueryClient();
  const redraw = useRef(() => {});
  const pictures = useMemo(() => picturesOf(queries, () => redraw.current()), [queries]);
  const colours = coloursOf(useComputedColorScheme("light"));
  const shots = useMemo(() => ({ stale: new Set(answer.stale), unmade: new Set(answer.unmade) }), [answer]);
  const words = useMemo(() => ({ unnamed: t("unnamed"), stale: t("shot.stale"), unmade: t("shot.unmade") }), [t]);
  const draw = useCallback(
    (context: CanvasRenderingContext2D, width: number, high: number) => {
      const window = { width, height: high, top: scroller.current?.scrollTop ?? 0 };
      const state = useEditor.getState();
      drawRows(context, { project, rows, state, window, colours, ...shots, rate, pictures, words });
    },
    [project, rate, rows, colours, shots, pictures, words, scroller],
  );
  redraw.current = useCanvas(canvas, draw);
  useEffect(() => {
    const scrolled = () => redraw.current();
    const element = scroller.current;
    element?.addEventListener("scroll", scrolled);
    return () => element?.removeEventListener("scroll", scrolled);
  }, [scroller]);
  return <canvas ref={canvas} className={classes.rows} style={{ height }} aria-hidden />;
}
