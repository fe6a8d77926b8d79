import { combine } from "@atlaskit/pragmatic-drag-and-drop/combine";
import { draggable, dropTargetForElements } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { type RefObject, useEffect, useState } from "react";
import type { Job } from "@/shared/live/jobs";

export type Edge = "top" | "bottom";

/** A draggable row, which also shows where another row dragged over it would go. */
export function useDragging(
  row: RefObject<HTMLElement | null>,
  handle: RefObject<HTMLElement | null>,
  { id, owner }: Job,
  drop: (id: string, target: string, edge: Edge) => void,
  enabled: boolean,
): { edge: Edge | null; dragged: boolean } {
  const [edge, setEdge] = useState<Edge | null>(null);
  const [dragged, setDragged] = useState(false);
  useEffect(() => {
    const element = row.current;
    if (!enabled || element === null || handle.current === null) return;
    return combine(
      draggable({
        element,
        dragHandle: handle.current,
        getInitialData: () => ({ job: id, owner }),
        onDragStart: () => setDragged(true),
        onDrop: () => setDragged(false),
      }),
      dropTargetForElements({
        element,
        canDrop: ({ source }) => source.data.owner === owner && source.data.job !== id,
        onDrag: ({ location }) => setEdge(edgeOf(element, location.current.input.clientY)),
        onDragLeave: () => setEdge(null),
        onDrop: ({ source, location }) => {
          setEdge(null);
          drop(String(source.data.job), id, edgeOf(element, location.current.input.clientY));
        },
      }),
    );
  }, [row, handle, id, owner, drop, enabled]);
  return { edge, dragged };
}

function edgeOf(element: HTMLElement, y: number): Edge {
  const { top, height } = element.getBoundingClientRect();
  return y < top + height / 2 ? "top" : "bottom";
}
