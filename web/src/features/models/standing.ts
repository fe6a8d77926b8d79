import type { Schemas } from "@/shared/api/client";
import { isOver, type Job } from "@/shared/live/jobs";

export type Model = Schemas["Model"];
export type Filter = "all" | "installed" | "fits";

/** A file of a model that is not as it was installed. */
export interface FileFault {
  path: string;
  what: string;
}

export function shown(models: readonly Model[], filter: Filter): Model[] {
  if (filter === "installed") return models.filter((model) => model.installed);
  if (filter === "fits") return models.filter((model) => model.fits === "yes" || model.fits === "tight");
  return [...models];
}

/** The last job that fetched or checked a model; one that is not over stands before all that are. */
export function latestOf(jobs: Record<string, Job>, kind: "pull" | "warm", model: string): Job | null {
  const found = Object.values(jobs).filter((job) => job.kind === kind && job.model === model);
  const order = (job: Job) => (isOver(job) ? 0 : 1e12) + job.created_at;
  return found.reduce<Job | null>((best, job) => (best === null || order(job) > order(best) ? job : best), null);
}

/** What a finished check found; null for a job that was none. */
export function faultsOf(job: Job): FileFault[] | null {
  const faults = job.result?.faults;
  if (!Array.isArray(faults)) return null;
  return (faults as Partial<FileFault>[]).map(({ path = "", what = "" }) => ({ path, what }));
}

/** What the page has to say about a model's last job. */
export type Standing = "none" | "under way" | "paused" | "broken off" | "stopped" | "damaged" | "whole";

export function standing(job: Job | null): Standing {
  if (job === null) return "none";
  if (job.state === "paused") return "paused";
  if (!isOver(job)) return "under way";
  if (job.state === "failed" || job.state === "expired") return "broken off";
  if (job.state === "cancelled") return job.progress.stage === "download" ? "stopped" : "none";
  const faults = faultsOf(job);
  if (faults === null) return "none";
  return faults.length > 0 ? "damaged" : "whole";
}

/** Bytes on the disk, or those that a download brings; null where neither is known. */
export function sizeOf(model: Model): { bytes: number; here: boolean } | null {
  if (model.bytes !== null) return { bytes: model.bytes, here: true };
  const download = model.needs?.download_bytes ?? null;
  return download === null ? null : { bytes: download, here: false };
}

/** Bytes that all installed models take. */
export function usedByAll(models: readonly Model[]): number {
  return models.reduce((sum, model) => sum + (model.bytes ?? 0), 0);
}
