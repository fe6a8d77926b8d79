import { useEffect, useState } from "react";
import type { Job } from "@/shared/live/jobs";
import { type Reading, speed, timeLeft, withReading } from "./pull";

/** The speed is also updated at this interval, so that a stalled download is noticed. */
const LOOK_MS = 2000;

/** A download's speed in MiB per second and seconds left, from live events. */
export function useSpeed(job: Job): { speed: number | null; left: number | null } {
  const [readings, setReadings] = useState<Reading[]>([]);
  const { step: here, of } = job.progress;
  const running = job.state === "running";
  useEffect(() => {
    if (!running) {
      setReadings([]);
      return;
    }
    const look = () => setReadings((before) => withReading(before, { at: Date.now(), here }));
    look();
    const timer = window.setInterval(look, LOOK_MS);
    return () => window.clearInterval(timer);
  }, [running, here]);
  return { speed: speed(readings), left: timeLeft(readings, of) };
}
