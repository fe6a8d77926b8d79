import { type RefObject, useEffect } from "react";
import { onFrames } from "@/shared/player/useFrames";
import { toNumber } from "../model/fraction";
import { editor, useEditor } from "../state/editor";
import { useFilm } from "../state/film";
import type { Preview } from "./usePreview";

/** How often a frame is asked of the server while the film runs backwards: each takes it a while. */
const SLOW_MS = 250;

/** Keeps the video and the playhead together while the film plays, forwards and backwards. */
export function useShuttle(video: RefObject<HTMLVideoElement | null>, { start, end, src }: Preview): void {
  const perSecond = toNumber(useFilm().rate);
  const shuttle = useEditor((state) => state.shuttle);

  useEffect(() => {
    const shown = video.current;
    if (shown === null || src === null || shuttle <= 0) return;
    const { playhead } = editor.now();
    const from = playhead >= end - 1 ? start : playhead;
    shown.currentTime = (from - start + 0.5) / perSecond;
    shown.playbackRate = shuttle;
    void shown.play().catch((fault: unknown) => {
      // One that the next key press interrupted is followed by another.
      if (!(fault instanceof DOMException && fault.name === "AbortError")) editor.set({ shuttle: 0 });
    });
    const leave = onFrames(shown, (seconds) => {
      if (shown.seeking || shown.ended) return;
      editor.seek(Math.min(end - 1, start + Math.floor(seconds * perSecond + 1e-3)));
    });
    const ended = () => {
      editor.seek(end - 1);
      editor.set({ shuttle: 0 });
    };
    shown.addEventListener("ended", ended);
    return () => {
      leave();
      shown.removeEventListener("ended", ended);
      shown.pause();
    };
  }, [video, src, start, end, shuttle, perSecond]);

  // No browser plays backwards, so frames are shown one after another.
  useEffect(() => {
    if (shuttle >= 0) return;
    const pause = src === null ? SLOW_MS : 1000 / perSecond;
    const step = Math.max(1, Math.round((perSecond * -shuttle * pause) / 1000));
    const timer = window.setInterval(() => {
      const to = Math.max(0, editor.now().playhead - step);
      editor.seek(to);
      if (video.current !== null && src !== null && to >= start && to < end)
        video.current.currentTime = (to - start + 0.5) / perSecond;
      if (to === 0) editor.set({ shuttle: 0 });
    }, pause);
    return () => window.clearInterval(timer);
  }, [video, src, start, end, shuttle, perSecond]);
}
