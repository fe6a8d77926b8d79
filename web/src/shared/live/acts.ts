import { api, body } from "@/shared/api/client";
import { isOver, type Job, useJobs } from "./jobs";

const ACTS = {
  pause: (path: JobPath) => api.POST("/api/v1/jobs/{job_id}/pause", path),
  resume: (path: JobPath) => api.POST("/api/v1/jobs/{job_id}/resume", path),
  cancel: (path: JobPath) => api.POST("/api/v1/jobs/{job_id}/cancel", path),
  retry: (path: JobPath) => api.POST("/api/v1/jobs/{job_id}/retry", path),
  promote: (path: JobPath) => api.POST("/api/v1/jobs/{job_id}/promote", path),
} as const;

type JobPath = { params: { path: { job_id: string } } };
export type Act = keyof typeof ACTS;

const AT_ONCE = 6;
const PATIENCE_MS = 60_000;

/** Have the server do something to a job, and show what became of it. Throws a `Fault`. */
export async function act(name: Act, id: string): Promise<Job> {
  const job = body(await ACTS[name]({ params: { path: { job_id: id } } }));
  useJobs.getState().put([job]);
  return job;
}

/** Forget a job; what it made stays in the library. Throws a `Fault`. */
export async function forget(id: string): Promise<void> {
  await api.DELETE("/api/v1/jobs/{job_id}", { params: { path: { job_id: id } } });
  useJobs.getState().remove(id);
}

/** Take back that a job was cancelled: one that still runs is waited for, as it stops after the step at hand. */
export async function bringBack(id: string): Promise<Job> {
  await untilOver(id);
  return await act("retry", id);
}

function untilOver(id: string): Promise<void> {
  const over = () => {
    const job = useJobs.getState().byId[id];
    return job === undefined || isOver(job);
  };
  if (over()) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      leave();
      window.clearTimeout(timer);
      resolve();
    };
    const leave = useJobs.subscribe(() => over() && done());
    const timer = window.setTimeout(done, PATIENCE_MS); // the server then says why it cannot be
  });
}

export interface Outcome<T> {
  done: T[];
  faults: unknown[];
}

/** Do the same to many, a few at a time; those that are refused keep none of the others from it. */
export async function each<T>(all: readonly T[], work: (one: T) => Promise<unknown>): Promise<Outcome<T>> {
  const outcome: Outcome<T> = { done: [], faults: [] };
  const rest = [...all];
  const hand = async () => {
    for (let one = rest.shift(); one !== undefined; one = rest.shift()) {
      try {
        await work(one);
        outcome.done.push(one);
      } catch (fault) {
        outcome.faults.push(fault);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, all.length) }, hand));
  return outcome;
}
