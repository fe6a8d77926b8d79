import { useCallback, useState } from "react";
import { api, body } from "@/shared/api/client";
import { type Job, useJobs } from "@/shared/live/jobs";
import { submit } from "@/shared/submit";
import type { Enlargement } from "./enlargements";
import type { Treatment } from "./treatment";

/** Jobs started from this page, to show their progress on it. */
export function useClipJobs() {
  const [ids, setIds] = useState<string[]>([]);
  const add = useCallback((job: Job) => {
    useJobs.getState().put([job]);
    setIds((now) => [...now, job.id]);
  }, []);
  return { ids, add };
}

/** Upscales by the library's network `upscaler`, or by interpolation if it is null. */
export function upscale(asset: string, wanted: Enlargement, upscaler: string | null): Promise<Job[]> {
  return submit({ kind: "upscale", asset, ...wanted, upscaler });
}

export function treat(asset: string, treatment: Treatment): Promise<Job[]> {
  return submit({ kind: "filter", asset, ...treatment });
}

export async function makeProxy(asset: string): Promise<Job[]> {
  const path = { asset_id: asset };
  return [body(await api.POST("/api/v1/media/{asset_id}/proxy", { params: { path } }))];
}
