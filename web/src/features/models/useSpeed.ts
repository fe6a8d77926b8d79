import { useEffect, useState } from "react";
import type { Job } from "@/shared/live/jobs";
import { type Reading, speed, timeLeft, withReading } from "./pull";

/** So often it is looked again, so that a line that stands still is seen to. */
const LOOK_MS = 2000;

/** MiB a second and seconds left of a download, from what the live events told of it. */
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
