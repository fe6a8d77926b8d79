import { type Job, type JobState, useJobs } from "@/shared/live/jobs";

/** The states of jobs that wait, and can be edited and moved. */
export const WAITING: readonly JobState[] = ["queued", "scheduled", "paused", "draft"];

/** Waiting jobs, in the order in which each owner's are started. */
export function inLine(jobs: Iterable<Job>): Job[] {
  return [...jobs].filter((job) => WAITING.includes(job.state)).sort(compare);
}

function compare(one: Job, other: Job): number {
  return (
    other.priority - one.priority ||
    one.place - other.place ||
    one.created_at - other.created_at ||
    seedOf(one) - seedOf(other) ||
    (one.id < other.id ? -1 : 1)
  );
}

function seedOf(job: Job): number {
  return Number(job.recipe?.seed ?? 0);
}

/** One request: place the job `id` right before the job `before`. */
export interface Step {
  id: string;
  before: string;
}

/**
 * The requests that move a job to the place `to` among its owner's other jobs. The server only places a job before
 * another, so the end takes two steps: before the last job, which then goes before it.
 */
export function stepsTo(line: readonly Job[], id: string, to: number): Step[] {
  const rest = othersOf(line, id);
  const last = rest.at(-1);
  if (last === undefined || to === rankOf(line, id)) return [];
  const next = rest[Math.max(0, to)];
  if (next !== undefined) return [{ id, before: next.id }];
  return [
    { id, before: last.id },
    { id: last.id, before: id },
  ];
}

/** The same place, for a job dropped on the upper or lower half of another. */
export function rankAt(line: readonly Job[], id: string, target: string, edge: "top" | "bottom"): number {
  const at = othersOf(line, id).findIndex((job) => job.id === target);
  return at < 0 ? rankOf(line, id) : at + (edge === "bottom" ? 1 : 0);
}

/** A job's place among its owner's jobs, from 0. Owners take turns, so jobs of others cannot be overtaken. */
export function rankOf(line: readonly Job[], id: string): number {
  return sameOwner(line, id).findIndex((job) => job.id === id);
}

export function countOf(line: readonly Job[], id: string): number {
  return sameOwner(line, id).length;
}

function sameOwner(line: readonly Job[], id: string): Job[] {
  const owner = line.find((job) => job.id === id)?.owner;
  return line.filter((job) => job.owner === owner);
}

function othersOf(line: readonly Job[], id: string): Job[] {
  return sameOwner(line, id).filter((job) => job.id !== id);
}

/** The job as it will be after a step, by the server's rule. */
export function afterStep(line: readonly Job[], step: Step): Job | null {
  const job = line.find((one) => one.id === step.id);
  const next = line.find((one) => one.id === step.before);
  if (job === undefined || next === undefined) return null;
  const end = next.place;
  const earlier = line
    .filter((one) => one.owner === job.owner && one.id !== job.id && one.place < end)
    .map((one) => one.place);
  const place = earlier.length === 0 ? end - 1 : (Math.max(...earlier) + end) / 2;
  return { ...job, priority: next.priority, place };
}

export function lineNow(): Job[] {
  return inLine(Object.values(useJobs.getState().byId));
}
