import { type RefObject, useEffect, useState } from "react";
import { frameAt, type Timing } from "./timecode";

/** The frame that a video shows, updated with each frame that the browser presents. */
export function useFrames(video: RefObject<HTMLVideoElement | null>, timing: Timing): number {
  const [frame, setFrame] = useState(0);
  const { rate, frames } = timing;
  useEffect(() => {
    const shown = video.current;
    if (shown === null) return;
    return onFrames(shown, (seconds) => setFrame(frameAt(seconds, { rate, frames })));
  }, [video, rate, frames]);
  return frame;
}

/** Calls `told` with the time of each presented frame, until the returned function is called. */
export function onFrames(video: HTMLVideoElement, told: (seconds: number) => void): () => void {
  const events = ["seeked", "timeupdate", "loadeddata"] as const;
  const tell = () => told(video.currentTime);
  for (const event of events) video.addEventListener(event, tell);
  let waiting = 0;
  const next = () => {
    waiting = video.requestVideoFrameCallback((_now, frame) => {
      // During playback the presented frame is exact; when paused, a seek may be ahead of it.
      told(video.paused ? video.currentTime : frame.mediaTime);
      next();
    });
  };
  const counts = "requestVideoFrameCallback" in video;
  if (counts) next();
  return () => {
    for (const event of events) video.removeEventListener(event, tell);
    if (counts) video.cancelVideoFrameCallback(waiting);
  };
}
