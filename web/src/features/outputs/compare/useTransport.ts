import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { frameAt, type Timing, within } from "@/shared/player/timecode";
import { onFrames } from "@/shared/player/useFrames";
import { hasStrayed, leaderOf, placeOf, sharedTiming } from "./sync";

/** Plays several clips in sync. */
export function useTransport(timings: readonly Timing[]) {
  const videos = useRef<(HTMLVideoElement | null)[]>([]);
  const shared = useMemo(() => sharedTiming(timings), [timings]);
  const [frame, setFrame] = useState(0);
  const [playing, setPlaying] = useState(false);
  const [loop, setLoop] = useState(true);
  const [speed, setSpeed] = useState(1);

  const each = useCallback(
    (act: (video: HTMLVideoElement, timing: Timing) => void) =>
      timings.forEach((timing, index) => {
        const video = videos.current[index];
        if (video) act(video, timing);
      }),
    [timings],
  );
  const seek = useCallback(
    (to: number) => {
      const wanted = within(to, shared.frames);
      setFrame(wanted);
      each((video, timing) => {
        video.currentTime = placeOf(timing, shared, wanted);
      });
    },
    [each, shared],
  );
  const pause = useCallback(() => {
    setPlaying(false);
    each((video) => video.pause());
  }, [each]);
  const play = useCallback(() => {
    setPlaying(true);
    each((video) => {
      if (!video.ended) void video.play().catch(() => {});
    });
  }, [each]);

  useEffect(() => {
    each((video) => {
      video.playbackRate = speed;
    });
  }, [each, speed]);

  // One clip leads during playback; the others are brought back to it when they drift.
  useEffect(() => {
    const leader = videos.current[leaderOf(timings)];
    if (!playing || !leader) return;
    const stop = onFrames(leader, (seconds) => {
      setFrame(frameAt(seconds, shared));
      each((video, timing) => {
        if (video === leader || video.seeking || !hasStrayed(timing, video.currentTime, seconds)) return;
        video.currentTime = Math.min(seconds, (timing.frames - 0.5) / timing.rate);
      });
    });
    const end = () => {
      seek(loop ? 0 : shared.frames - 1);
      if (loop) play();
      else pause();
    };
    leader.addEventListener("ended", end);
    return () => {
      stop();
      leader.removeEventListener("ended", end);
    };
  }, [playing, loop, timings, shared, each, seek, play, pause]);

  const stopAt = (to: number) => {
    pause();
    seek(to);
  };
  return {
    ...{ videos, timing: shared, frame, playing, loop, setLoop, speed, setSpeed },
    /** Seeks a clip that has just loaded to where the others are. */
    place: (index: number) => {
      const [video, timing] = [videos.current[index], timings[index]];
      if (video && timing) video.currentTime = placeOf(timing, shared, frame);
    },
    seek: (to: number) => (playing ? seek(to) : stopAt(to)),
    step: (by: number) => stopAt(frame + by),
    toggle: () => {
      if (playing) return stopAt(frame);
      if (frame >= shared.frames - 1) seek(0);
      play();
    },
  };
}

export type Transport = ReturnType<typeof useTransport>;
