import { type RefObject, useEffect, useRef } from "react";
import { shallow } from "zustand/shallow";
import { type EditorState, useEditor } from "../state/editor";

export interface Size {
  width: number;
  height: number;
}

/**
 * Draws at most once per screen frame, whenever `draw` or the part of the editor's state that it `reads` changes. A
 * canvas without `seenThrough` is opaque: it has to be painted completely, but costs the browser a third less to
 * composite. Returns a function that requests a redraw for any other reason.
 */
export function useCanvas<T extends object>(
  canvas: RefObject<HTMLCanvasElement | null>,
  reads: (state: EditorState) => T,
  draw: (context: CanvasRenderingContext2D, size: Size, state: T) => void,
  { seenThrough = false } = {},
): () => void {
  const latest = useRef(draw);
  latest.current = draw;
  const again = useRef(() => {});
  useEffect(() => {
    const shown = canvas.current;
    if (shown === null) return;
    let waiting = 0;
    // Set by the browser after layout; measuring while drawing would force another layout.
    let size: Size = { width: 0, height: 0 };
    const paint = () => {
      waiting = 0;
      const dense = window.devicePixelRatio || 1;
      const [across, down] = [Math.round(size.width * dense), Math.round(size.height * dense)];
      if (shown.width !== across) shown.width = across;
      if (shown.height !== down) shown.height = down;
      const context = shown.getContext("2d", { alpha: seenThrough });
      if (context === null || size.width === 0) return;
      context.setTransform(dense, 0, 0, dense, 0, 0);
      latest.current(context, size, reads(useEditor.getState()));
    };
    const soon = () => {
      waiting ||= window.requestAnimationFrame(paint);
    };
    again.current = soon;
    const sizes = new ResizeObserver(() => {
      size = { width: shown.clientWidth, height: shown.clientHeight };
      soon();
    });
    sizes.observe(shown);
    const leave = useEditor.subscribe((now, before) => {
      if (!shallow(reads(now), reads(before))) soon();
    });
    return () => {
      window.cancelAnimationFrame(waiting);
      sizes.disconnect();
      leave();
    };
  }, [canvas, reads, seenThrough]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs whenever `draw` changes
  useEffect(() => again.current(), [draw]);
  return () => again.current();
}
