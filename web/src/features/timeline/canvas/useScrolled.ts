import { type RefObject, useEffect, useRef } from "react";

/** Calls `told` whenever the element scrolls. */
export function useScrolled(scroller: RefObject<HTMLElement | null>, told: () => void): void {
  const latest = useRef(told);
  latest.current = told;
  useEffect(() => {
    const element = scroller.current;
    const tell = () => latest.current();
    element?.addEventListener("scroll", tell);
    return () => element?.removeEventListener("scroll", tell);
  }, [scroller]);
}
