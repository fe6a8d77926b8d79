import { type RefObject, useEffect } from "react";
import { onFrames } from "@/shared/player/useFrames";
import { toNumber } from "../model/fraction";
import { editor, rangeOf, useEditor } from "../state/editor";
import { useFilm } from "../state/film";

/** Interval of frame requests during reverse playback, as each frame takes the server a while. */
const SLOW_MS = 250;

/** Keeps video and playhead in sync during playback in both directions; `ready` means that the video is loaded. */
export function useShuttle(video: RefObject<HTMLVideoElement | null>, ready: boolean): void {
  const { rate, duration } = useFilm();
  const perSecond = toNumber(rate);
  const shuttle = useEditor((state) => state.shuttle);

  useEffect(() => {
    const shown = video.current;
    if (shown === null || !ready || shuttle <= 0) return;
    const { start, end } = rangeOf(editor.now(), duration);
    const { playhead } = editor.now();
    const from = playhead >= end - 1 || playhead < start ? start : playhead;
    shown.currentTime = (from + 0.5) / perSecond;
    shown.playbackRate = shuttle;
    void shown.play().catch((fault: unknown) => {
      // A play request that a key press interrupted is followed by another.
      if (!(fault instanceof DOMException && fault.name === "AbortError")) editor.set({ shuttle: 0 });
    });
    const ended = () => {
      editor.seek(end - 1);
      editor.set({ shuttle: 0 });
    };
    const leave = onFrames(shown, (seconds) => {
      if (shown.seeking || shown.ended) return;
      const frame = Math.floor(seconds * perSecond + 1e-3);
      if (frame >= end) ended();
      else editor.seek(frame);
    });
    shown.addEventListener("ended", ended);
    return () => {
      leave();
      shown.removeEventListener("ended", ended);
      shown.pause();
    };
  }, [video, ready, duration, shuttle, perSecond]);

  // No browser plays backwards, so frames are shown one by one.
  useEffect(() => {
    if (shuttle >= 0) return;
    const pause = ready ? 1000 / perSecond : SLOW_MS;
    const step = Math.max(1, Math.round((perSecond * -shuttle * pause) / 1000));
    const timer = window.setInterval(() => {
      const to = Math.max(0, editor.now().playhead - step);
      editor.seek(to);
      if (video.current !== null && ready) video.current.currentTime = (to + 0.5) / perSecond;
      if (to === 0) editor.set({ shuttle: 0 });
    }, pause);
    return () => window.clearInterval(timer);
  }, [video, ready, shuttle, perSecond]);
}
