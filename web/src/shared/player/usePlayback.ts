import { type RefObject, useEffect, useState } from "react";
import { frameAt, secondsAt, type Timing } from "./timecode";

export const SPEEDS = [0.25, 0.5, 1, 1.5, 2] as const;

export interface Playback {
  playing: boolean;
  loop: boolean;
  speed: number;
  volume: number;
  muted: boolean;
  failed: boolean;
  toggle: () => void;
  seek: (frame: number) => void;
  step: (frames: number) => void;
  setLoop: (loop: boolean) => void;
  setSpeed: (speed: number) => void;
  faster: (by: 1 | -1) => void;
  setVolume: (volume: number) => void;
  setMuted: (muted: boolean) => void;
}

/** A video's play state and its controls. */
export function usePlayback(video: RefObject<HTMLVideoElement | null>, timing: Timing, src: string): Playback {
  const [playing, setPlaying] = useState(false);
  const [failed, setFailed] = useState(false);
  const [loop, setLoop] = useState(true);
  const [speed, setSpeed] = useState(1);
  const [volume, setVolume] = useState(1);
  const [muted, setMuted] = useState(false);

  useEffect(() => {
    const shown = video.current;
    if (shown === null) return;
    setFailed(false);
    const follow = () => setPlaying(!shown.paused && !shown.ended);
    const fail = () => setFailed(src !== "");
    for (const event of ["play", "pause", "ended"]) shown.addEventListener(event, follow);
    shown.addEventListener("error", fail);
    return () => {
      for (const event of ["play", "pause", "ended"]) shown.removeEventListener(event, follow);
      shown.removeEventListener("error", fail);
    };
  }, [video, src]);

  useEffect(() => {
    const shown = video.current;
    if (shown === null) return;
    shown.loop = loop;
    shown.playbackRate = speed;
    shown.volume = volume;
    shown.muted = muted;
  }, [video, loop, speed, volume, muted]);

  const seek = (frame: number) => {
    const shown = video.current;
    if (shown !== null) shown.currentTime = secondsAt(frame, timing);
  };
  return {
    ...{ playing, failed, loop, speed, volume, muted },
    ...{ seek, setLoop, setSpeed, setMuted },
    toggle: () => {
      const shown = video.current;
      if (shown === null) return;
      if (shown.paused) void shown.play().catch(() => {});
      else shown.pause();
    },
    step: (by) => {
      const shown = video.current;
      if (shown === null) return;
      shown.pause();
      seek(frameAt(shown.currentTime, timing) + by);
    },
    faster: (by) => setSpeed(SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, nearest(speed) + by))] ?? 1),
    setVolume: (to) => {
      setVolume(to);
      setMuted(to === 0);
    },
  };
}

function nearest(speed: number): number {
  return Math.max(
    0,
    SPEEDS.findIndex((one) => one >= speed),
  );
}
