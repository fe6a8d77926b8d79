import { type RefObject, useEffect, useRef } from "react";
import { useEditor } from "../state/editor";

/** Draws at most once a frame of the screen, whenever `draw` is another or the editor's state changed. */
export function useCanvas(
  canvas: RefObject<HTMLCanvasElement | null>,
  draw: (context: CanvasRenderingContext2D, width: number, height: number) => void,
): () => void {
  const latest = useRef(draw);
  latest.current = draw;
  const again = useRef(() => {});
  useEffect(() => {
    const shown = canvas.current;
    if (shown === null) return;
    let waiting = 0;
    const paint = () => {
      waiting = 0;
      const { clientWidth: width, clientHeight: height } = shown;
      const dense = window.devicePixelRatio || 1;
      const [across, down] = [Math.round(width * dense), Math.round(height * dense)];
      if (shown.width !== across) shown.width = across;
      if (shown.height !== down) shown.height = down;
      const context = shown.getContext("2d");
      if (context === null || width === 0) return;
      context.setTransform(dense, 0, 0, dense, 0, 0);
      latest.current(context, width, height);
    };
    const soon = () => {
      waiting ||= window.requestAnimationFrame(paint);
    };
    again.current = soon;
    soon();
    const sizes = new ResizeObserver(soon);
    sizes.observe(shown);
    const leave = useEditor.subscribe(soon);
    return () => {
      window.cancelAnimationFrame(waiting);
      sizes.disconnect();
      leave();
    };
  }, [canvas]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is drawn is what it waits for
  useEffect(() => again.current(), [draw]);
  return () => again.current();
}
