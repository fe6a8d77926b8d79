import { useComputedColorScheme } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type RefObject, useCallback, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { EditorState } from "../state/editor";
import { useFilm } from "../state/film";
import { coloursOf } from "./colours";
import { drawRows, type Scene } from "./drawing";
import type { Row } from "./layout";
import { picturesOf } from "./pictures";
import { type Size, useCanvas } from "./useCanvas";
import { useScrolled } from "./useScrolled";

interface Props {
  rows: readonly Row[];
  scroller: RefObject<HTMLDivElement | null>;
}

const reads = ({ scale, selection, active, track, markIn, markOut, ghost }: EditorState) => ({
  ...{ scale, selection, active, track, markIn, markOut },
  fade: ghost?.fade ?? null,
});

/** The clips on a canvas; screen readers use the track lists instead. */
export function RowsCanvas({ rows, scroller }: Props) {
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
    (context: CanvasRenderingContext2D, size: Size, state: Scene["state"]) => {
      const window = { ...size, top: scroller.current?.scrollTop ?? 0 };
      drawRows(context, { project, rows, state, window, colours, ...shots, rate, pictures, words });
    },
    [project, rate, rows, colours, shots, pictures, words, scroller],
  );
  redraw.current = useCanvas(canvas, reads, draw);
  useScrolled(scroller, redraw.current);
  return <canvas ref={canvas} aria-hidden />;
}
