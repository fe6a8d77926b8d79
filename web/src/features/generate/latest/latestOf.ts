import type { Job } from "@/shared/live/jobs";

const HIDDEN: readonly Job["state"][] = ["cancelled", "expired"];

/** Ids of the newest generation jobs, newest first; the drafts of one sheet count once. */
export function latestOf(jobs: Job[], most: number): string[] {
  const sheets = new Set<string>();
  return jobs
    .filter((job) => job.kind === "generate" && !HIDDEN.includes(job.state))
    .sort((one, other) => other.created_at - one.created_at || one.id.localeCompare(other.id))
    .filter(({ stop_at_step, batch }) => {
      if (stop_at_step === null || batch === null) return true;
      const isFirst = !sheets.has(batch);
      sheets.add(batch);
      return isFirst;
    })
    .slice(0, most)
    .map((job) => job.id);
}
