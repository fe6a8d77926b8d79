import { useEffect, useRef } from "react";
import { create } from "zustand";
import type { ShortcutName } from "./shortcuts";

export type Acts = Partial<Record<ShortcutName, () => void>>;

interface Offered {
  names: readonly ShortcutName[];
  act: (name: ShortcutName) => void;
}

const NOTHING: Offered = { names: [], act: () => {} };

/** What can be done on the page that is open, by the names of its shortcuts; the command palette offers it. */
export const useOffered = create<Offered>()(() => NOTHING);

/** Offers these while the component is there. */
export function useOffer(acts: Acts, enabled: boolean): void {
  const latest = useRef(acts);
  latest.current = acts;
  const names = enabled ? Object.keys(acts).join() : "";
  useEffect(() => {
    if (names === "") return;
    useOffered.setState({ names: names.split(",") as ShortcutName[], act: (name) => latest.current[name]?.() });
    return () => useOffered.setState(NOTHING);
  }, [names]);
}
