import { defaultRangeExtractor, type Range, useWindowVirtualizer } from "@tanstack/react-virtual";
import { type RefObject, useCallback, useEffect, useLayoutEffect, useState } from "react";

/** The visible rows, and the row with the focus, which must stay mounted. */
export function useRows(grid: RefObject<HTMLElement | null>, count: number, height: number, focused: number) {
  const margin = useMargin(grid);
  const rangeExtractor = useCallback(
    (range: Range) => {
      const seen = defaultRangeExtractor(range);
      if (focused >= range.count || seen.includes(focused)) return seen;
      return focused < (seen[0] ?? 0) ? [focused, ...seen] : [...seen, focused];
    },
    [focused],
  );
  const virtualizer = useWindowVirtualizer({
    count,
    estimateSize: () => height,
    overscan: 3,
    scrollMargin: margin,
    scrollPaddingStart: 16,
    scrollPaddingEnd: 90,
    rangeExtractor,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new height moves the rows
  useLayoutEffect(() => virtualizer.measure(), [virtualizer, height]);
  return { virtualizer, items: virtualizer.getVirtualItems(), margin };
}

/** Distance of the grid from the top of the page; the content above it may grow. */
function useMargin(grid: RefObject<HTMLElement | null>): number {
  const [margin, setMargin] = useState(0);
  useEffect(() => {
    const measure = () => {
      const box = grid.current?.getBoundingClientRect();
      if (box !== undefined) setMargin(Math.round(box.top + window.scrollY));
    };
    measure();
    const watching = new ResizeObserver(measure);
    watching.observe(document.body);
    return () => watching.disconnect();
  }, [grid]);
  return margin;
}
