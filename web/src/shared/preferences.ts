import { create } from "zustand";
import { persist } from "zustand/middleware";

interface Preferences {
  sound: boolean;
  desktopNotes: boolean;
  /** Whether the first-run guide was finished or dismissed. */
  guided: boolean;
  set: (change: Partial<Omit<Preferences, "set">>) => void;
}

/** The user's settings on this browser. */
export const usePreferences = create<Preferences>()(
  persist((set) => ({ sound: false, desktopNotes: false, guided: false, set }), { name: "artifex.preferences" }),
);
