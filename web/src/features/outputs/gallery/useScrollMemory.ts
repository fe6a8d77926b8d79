import { type RefObject, useEffect, useLayoutEffect } from "react";

/** Where the user was in a list, to return there from a clip. */
interface Place {
  offset: number;
  active: number;
}

const places = new Map<string, Place>();
const MOST = 50;

export function placeIn(list: string): Place {
  return places.get(list) ?? { offset: 0, active: 0 };
}

/** Restores the position in the list, and remembers it when the user leaves. */
export function useScrollMemory(
  list: string,
  now: RefObject<Place>,
  ready: boolean,
  back: (place: Place) => void,
): void {
  useLayoutEffect(() => {
    return () => {
      places.delete(list);
      places.set(list, { ...now.current });
      const [oldest] = places.keys();
      if (places.size > MOST && oldest !== undefined) places.delete(oldest);
    };
  }, [list, now]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: once per list, when it has content
  useEffect(() => {
    const place = places.get(list);
    if (!ready || place === undefined || (place.offset === 0 && place.active === 0)) return;
    places.delete(list);
    // The shell scrolls every new page to the top; this has to come after it.
    const frame = requestAnimationFrame(() => back(place));
    return () => cancelAnimationFrame(frame);
  }, [list, ready]);
}
