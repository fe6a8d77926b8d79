import { useComputedColorScheme } from "@mantine/core";
import { memo, useCallback, useRef } from "react";
import type { EditorState } from "../state/editor";
import { useFilm } from "../state/film";
import { coloursOf } from "./colours";
import { drawRuler } from "./ruling";
import type { Marked } from "./strokes";
import { type Size, useCanvas } from "./useCanvas";

const reads = ({ scale, markIn, markOut }: EditorState) => ({ scale, markIn, markOut });

/** The ruler without the playhead, so that playback does not redraw it. */
export const RulerCanvas = memo(function RulerCanvas() {
  const { timeline, rate } = useFilm();
  const canvas = useRef<HTMLCanvasElement>(null);
  const colours = coloursOf(useComputedColorScheme("light"));
  const { markers } = timeline;
  const draw = useCallback(
    (context: CanvasRenderingContext2D, { width }: Size, state: Marked) =>
      drawRuler(context, { state, width, rate, markers, colours }),
    [rate, markers, colours],
  );
  useCanvas(canvas, reads, draw);
  return <canvas ref={canvas} aria-hidden />;
});
