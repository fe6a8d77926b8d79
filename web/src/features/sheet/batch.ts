import { isOver, type Job } from "@/shared/live/jobs";

/** The batch's jobs, sorted by seed. */
export function inOrder(jobs: Record<string, Job>, batch: string): Job[] {
  return Object.values(jobs)
    .filter((job) => job.batch === batch)
    .sort((one, other) => seedOf(one) - seedOf(other));
}

export function seedOf(job: Job): number {
  const seed = job.recipe?.seed;
  return typeof seed === "number" ? seed : 0;
}

export interface Plan {
  /** Starred drafts, which continue with their remaining steps. */
  promote: Job[];
  /** What was not starred: running or waiting jobs to cancel, and drafts to delete. */
  cancel: Job[];
  forget: Job[];
}

/** What promoting the starred drafts and discarding the rest would do. */
export function planOf(jobs: readonly Job[], starred: readonly string[]): Plan {
  const liked = (job: Job) => starred.includes(job.id);
  const rest = jobs.filter((job) => !liked(job) && job.stop_at_step !== null);
  return {
    promote: jobs.filter((job) => liked(job) && job.state === "draft"),
    cancel: rest.filter((job) => !isOver(job) && job.state !== "draft"),
    forget: rest.filter((job) => job.state === "draft"),
  };
}

/** The index that a key leads to in a grid of cards. */
export function step(index: number, key: string, count: number, columns: number): number {
  const moves: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns };
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  const next = index + (moves[key] ?? 0);
  return next >= 0 && next < count ? next : index;
}
