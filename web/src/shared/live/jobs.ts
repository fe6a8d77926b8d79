import { create } from "zustand";
import type { Schemas } from "@/shared/api/client";

export type Job = Schemas["JobAnswer"];
export type JobState = Job["state"];

/** What an event says of a job: not all of it, but always its state and progress. */
export interface JobNews {
  id: string;
  kind: Job["kind"];
  state: JobState;
  sequence: number;
  attempt: number;
  progress: Job["progress"];
  slot: string | null;
  stop_wanted: string | null;
  batch: string | null;
  expert: Job["expert"];
  error: { code: string; message: string } | null;
}

export const ENDED: readonly JobState[] = ["succeeded", "failed", "cancelled", "expired"];
/** The states of jobs that have not ended. */
export const LIVE: readonly JobState[] = [
  "scheduled",
  "queued",
  "dispatched",
  "running",
  "finalizing",
  "paused",
  "draft",
];
export const AT_WORK: readonly JobState[] = ["dispatched", "running", "finalizing"];

/** The first library file that a job produced. */
export function madeBy({ result }: Pick<Job, "result">): string | null {
  const ids = result?.asset_ids;
  return Array.isArray(ids) && typeof ids[0] === "string" ? ids[0] : null;
}

export function isOver(job: { state: JobState }): boolean {
  return ENDED.includes(job.state);
}

interface Jobs {
  byId: Record<string, Job>;
  /** Deleted jobs: an answer that was still on its way must not bring them back. */
  gone: ReadonlySet<string>;
  /** Replaces all jobs that have not ended. */
  reset: (jobs: Job[]) => void;
  /** Stores whole jobs from answers; those older than the stored ones are ignored. */
  put: (jobs: Job[]) => void;
  tell: (news: JobNews) => void;
  remove: (id: string) => void;
}

/** The jobs that the page knows of, kept up to date by live events. */
export const useJobs = create<Jobs>()((set) => ({
  byId: {},
  gone: new Set(),
  reset: (jobs) =>
    set((now) => {
      const over = Object.entries(now.byId).filter(([, job]) => isOver(job));
      return { byId: { ...Object.fromEntries(over), ...newest(now, jobs) } };
    }),
  put: (jobs) => set((now) => ({ byId: { ...now.byId, ...newest(now, jobs) } })),
  tell: (news) =>
    set((now) => {
      const before = now.byId[news.id];
      if (before === undefined || news.sequence <= before.sequence) return now;
      return { byId: { ...now.byId, [news.id]: changed(before, news) } };
    }),
  remove: (id) =>
    set((now) => {
      const { [id]: _gone, ...byId } = now.byId;
      return { byId, gone: new Set([...now.gone, id]) };
    }),
}));

/** The jobs by id, without deleted ones; where the stored job is newer, it is kept. */
function newest({ byId, gone }: Jobs, jobs: readonly Job[]): Record<string, Job> {
  const there = jobs.filter((job) => !gone.has(job.id));
  return Object.fromEntries(there.map((job) => [job.id, newer(byId[job.id], job)]));
}

function newer(before: Job | undefined, job: Job): Job {
  return before !== undefined && before.sequence > job.sequence ? before : job;
}

function changed(job: Job, news: JobNews): Job {
  return {
    ...job,
    state: news.state,
    sequence: news.sequence,
    attempt: news.attempt,
    stop_wanted: news.stop_wanted,
    expert: news.expert,
    error: news.error,
    progress: news.progress,
  };
}
