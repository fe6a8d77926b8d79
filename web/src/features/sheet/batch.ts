import { isOver, type Job } from "@/shared/live/jobs";

/** The batch's jobs in the order of their seeds. */
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
  /** Starred drafts, which go on to all their steps. */
  promote: Job[];
  /** What was not starred: work to be cancelled, and drafts to be forgotten. */
  cancel: Job[];
  forget: Job[];
}

/** What promoting the starred and discarding the rest would do. */
export function planOf(jobs: readonly Job[], starred: readonly string[]): Plan {
  const liked = (job: Job) => starred.includes(job.id);
  const rest = jobs.filter((job) => !liked(job) && job.stop_at_step !== null);
  return {
    promote: jobs.filter((job) => liked(job) && job.state === "draft"),
    cancel: rest.filter((job) => !isOver(job) && job.state !== "draft"),
    forget: rest.filter((job) => job.state === "draft"),
  };
}

/** The card that an arrow leads to from the one at `index`, in rows of so many. */
export function step(index: number, key: string, count: number, columns: number): number {
  const moves: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns };
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  const next = index + (moves[key] ?? 0);
  return next >= 0 && next < count ? next : index;
}
