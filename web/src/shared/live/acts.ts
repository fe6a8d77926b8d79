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

/** Has the server act on a job, and stores its new state. Throws a `Fault`. */
export async function act(name: Act, id: string): Promise<Job> {
  const job = body(await ACTS[name]({ params: { path: { job_id: id } } }));
  useJobs.getState().put([job]);
  return job;
}

/** Deletes a job; its results stay in the library. Throws a `Fault`. */
export async function forget(id: string): Promise<void> {
  await api.DELETE("/api/v1/jobs/{job_id}", { params: { path: { job_id: id } } });
  useJobs.getState().remove(id);
}

/** Undoes a cancellation by retrying the job, once it has stopped: a running job first finishes its current step. */
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
    const timer = window.setTimeout(done, PATIENCE_MS); // the server then says why the job cannot be retried
  });
}

export interface Outcome<T> {
  done: T[];
  faults: unknown[];
}

/** Does the same to many, a few at a time; a failure does not stop the others. */
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
