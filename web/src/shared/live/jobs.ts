import { create } from "zustand";
import type { Schemas } from "@/shared/api/client";

export type Job = Schemas["JobAnswer"];
export type JobState = Job["state"];

/** What an event says of a job: less than a whole one, but always its state and how far it is. */
export interface JobNews {
  id: string;
  kind: Job["kind"];
  state: JobState;
  sequence: number;
  attempt: number;
  stage: string | null;
  step: number;
  of: number;
  eta: number | null;
  vram: number | null;
  preview: string | null;
  slot: string | null;
  stop_wanted: string | null;
  batch: string | null;
  expert: Job["expert"];
  error: { code: string; message: string } | null;
}

export const ENDED: readonly JobState[] = ["succeeded", "failed", "cancelled", "expired"];
export const AT_WORK: readonly JobState[] = ["dispatched", "running", "finalizing"];

/** The first file of the library that a job made. */
export function madeBy({ result }: Pick<Job, "result">): string | null {
  const ids = result?.asset_ids;
  return Array.isArray(ids) && typeof ids[0] === "string" ? ids[0] : null;
}

export function isOver(job: { state: JobState }): boolean {
  return ENDED.includes(job.state);
}

interface Jobs {
  byId: Record<string, Job>;
  /** Jobs that were told of before anybody asked for them whole. */
  unknown: ReadonlySet<string>;
  /** Everything that is not over, as it is now. */
  reset: (jobs: Job[]) => void;
  /** Whole jobs, as answers have them; older ones than are here are passed over. */
  put: (jobs: Job[]) => void;
  tell: (news: JobNews) => void;
  remove: (id: string) => void;
}

/** The jobs that the page knows of, kept up to date by the live events. */
export const useJobs = create<Jobs>()((set) => ({
  byId: {},
  unknown: new Set(),
  reset: (jobs) =>
    set((now) => {
      const live = Object.fromEntries(jobs.map((job) => [job.id, newer(now.byId[job.id], job)]));
      const over = Object.entries(now.byId).filter(([, job]) => isOver(job));
      return { byId: { ...Object.fromEntries(over), ...live }, unknown: new Set() };
    }),
  put: (jobs) =>
    set((now) => {
      const unknown = new Set(now.unknown);
      for (const job of jobs) unknown.delete(job.id);
      const put = Object.fromEntries(jobs.map((job) => [job.id, newer(now.byId[job.id], job)]));
      return { byId: { ...now.byId, ...put }, unknown };
    }),
  tell: (news) =>
    set((now) => {
      const before = now.byId[news.id];
      if (before === undefined) return { unknown: new Set([...now.unknown, news.id]) };
      return news.sequence > before.sequence ? { byId: { ...now.byId, [news.id]: changed(before, news) } } : now;
    }),
  remove: (id) =>
    set((now) => {
      const { [id]: _gone, ...byId } = now.byId;
      return { byId };
    }),
}));

function newer(before: Job | undefined, job: Job): Job {
  return before !== undefined && before.sequence > job.sequence ? before : job;
}

function changed(job: Job, news: JobNews): Job {
  const { stage, step, of, eta, vram, preview } = news;
  return {
    ...job,
    state: news.state,
    sequence: news.sequence,
    attempt: news.attempt,
    stop_wanted: news.stop_wanted,
    expert: news.expert,
    error: news.error,
    progress: { stage, step, of, eta, vram, preview },
  };
}
