import { create } from "zustand";

const AFTER_MS = 300;

/** The one clip that plays in the gallery. */
export const usePreviewed = create<{ id: string | null }>()(() => ({ id: null }));

let waiting = 0;

/** Plays a clip after a delay, so that passing over it does not; does nothing if reduced motion is preferred. */
export function previewSoon(id: string): void {
  window.clearTimeout(waiting);
  if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  waiting = window.setTimeout(() => usePreviewed.setState({ id }), AFTER_MS);
}

export function endPreview(): void {
  window.clearTimeout(waiting);
  if (usePreviewed.getState().id !== null) usePreviewed.setState({ id: null });
}
