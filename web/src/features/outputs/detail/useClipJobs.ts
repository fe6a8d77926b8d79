import { useCallback, useState } from "react";
import { api, body } from "@/shared/api/client";
import { type Job, useJobs } from "@/shared/live/jobs";
import { submit } from "@/shared/submit";
import type { Enlargement } from "./enlargements";
import type { Treatment } from "./treatment";

/** Jobs that were begun from this page, to be watched on it. */
export function useClipJobs() {
  const [ids, setIds] = useState<string[]>([]);
  const add = useCallback((job: Job) => {
    useJobs.getState().put([job]);
    setIds((now) => [...now, job.id]);
  }, []);
  return { ids, add };
}

/** By the network `upscaler` of the library, or without one by interpolation. */
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
