import { useComputedColorScheme } from "@mantine/core";
import { type RefObject, useCallback, useRef } from "react";
import type { EditorState } from "../state/editor";
import { coloursOf } from "./colours";
import { type DraggedScene, drawDragged } from "./dragged";
import type { Row } from "./layout";
import classes from "./Timeline.module.css";
import { type Size, useCanvas } from "./useCanvas";
import { useScrolled } from "./useScrolled";

interface Props {
  rows: readonly Row[];
  scroller: RefObject<HTMLDivElement | null>;
}

const reads = ({ ghost, band, dropAt, scale }: EditorState) => ({ ghost, band, dropAt, scale });

/** Draws what is dragged on a layer above the clips, so that they need not be redrawn. */
export function DraggedCanvas({ rows, scroller }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const colours = coloursOf(useComputedColorScheme("light"));
  const draw = useCallback(
    (context: CanvasRenderingContext2D, size: Size, state: DraggedScene["state"]) => {
      const window = { ...size, top: scroller.current?.scrollTop ?? 0 };
      drawDragged(context, { rows, state, window, colours });
    },
    [rows, colours, scroller],
  );
  useScrolled(scroller, useCanvas(canvas, reads, draw, { seenThrough: true }));
  return <canvas ref={canvas} className={classes.dragged} aria-hidden />;
}
