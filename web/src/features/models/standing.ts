import type { Schemas } from "@/shared/api/client";
import { isOver, type Job } from "@/shared/live/jobs";

export type Model = Schemas["Model"];
export type Filter = "all" | "installed" | "fits";

/** A model file that differs from the installed one. */
export interface FileFault {
  path: string;
  what: string;
}

export function shown(models: readonly Model[], filter: Filter): Model[] {
  if (filter === "installed") return models.filter((model) => model.installed);
  if (filter === "fits") return models.filter((model) => model.fits === "yes" || model.fits === "tight");
  return [...models];
}

/** The last job of this kind for a model; a live job comes before all ended ones. */
export function latestOf(jobs: Record<string, Job>, kind: "pull" | "warm", model: string): Job | null {
  const found = Object.values(jobs).filter((job) => job.kind === kind && job.model === model);
  const order = (job: Job) => (isOver(job) ? 0 : 1e12) + job.created_at;
  return found.reduce<Job | null>((best, job) => (best === null || order(job) > order(best) ? job : best), null);
}

/** The faults that a finished check found; null if the job was no check. */
export function faultsOf(job: Job): FileFault[] | null {
  const faults = job.result?.faults;
  if (!Array.isArray(faults)) return null;
  return (faults as Partial<FileFault>[]).map(({ path = "", what = "" }) => ({ path, what }));
}

/** State of a model's last job, as the page shows it. */
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

/** Bytes on disk, or the size of the download; null if neither is known. */
export function sizeOf(model: Model): { bytes: number; here: boolean } | null {
  if (model.bytes !== null) return { bytes: model.bytes, here: true };
  const download = model.needs?.download_bytes ?? null;
  return download === null ? null : { bytes: download, here: false };
}

/** Bytes that all installed models use. */
export function usedByAll(models: readonly Model[]): number {
  return models.reduce((sum, model) => sum + (model.bytes ?? 0), 0);
}
