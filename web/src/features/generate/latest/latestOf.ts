import type { Job } from "@/shared/live/jobs";

const HIDDEN: readonly Job["state"][] = ["cancelled", "expired"];

/** The clips asked for last, newest first; drafts of one sheet are told of once. */
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
