import { useEffect, useRef } from "react";
import { create } from "zustand";
import type { ShortcutName } from "./shortcuts";

export type Acts = Partial<Record<ShortcutName, () => void>>;

interface Offered {
  names: readonly ShortcutName[];
  act: (name: ShortcutName) => void;
}

const NOTHING: Offered = { names: [], act: () => {} };

/** The commands of the open page by the names of their shortcuts, for the command palette. */
export const useOffered = create<Offered>()(() => NOTHING);

/** Offers these commands while the component is mounted. */
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
