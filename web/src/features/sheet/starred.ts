import { create } from "zustand";
import { persist } from "zustand/middleware";

interface Starred {
  /** Ids of starred drafts, by batch. */
  byBatch: Record<string, string[]>;
  toggle: (batch: string, id: string) => void;
  set: (batch: string, ids: string[]) => void;
}

/** Starred drafts of each sheet, kept on this browser until they are promoted or discarded. */
export const useStarred = create<Starred>()(
  persist(
    (set) => ({
      byBatch: {},
      toggle: (batch, id) =>
        set(({ byBatch }) => {
          const before = byBatch[batch] ?? [];
          const ids = before.includes(id) ? before.filter((one) => one !== id) : [...before, id];
          return { byBatch: { ...byBatch, [batch]: ids } };
        }),
      set: (batch, ids) => set(({ byBatch }) => ({ byBatch: { ...byBatch, [batch]: ids } })),
    }),
    { name: "artifex.starred" },
  ),
);
