import { useCallback, useState } from "react";
import { api, body, newKey, type Schemas } from "@/shared/api/client";
import { type Job, useJobs } from "@/shared/live/jobs";
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

const COMMON = { priority: 0, needs: [], only_on_ac: false };

/** By the network `upscaler` of the library, or without one by interpolation. */
export function upscale(asset: string, scale: number, upscaler: string | null): Promise<Job[]> {
  return submit({ kind: "upscale", asset, scale, upscaler, ...COMMON });
}

export function treat(asset: string, treatment: Treatment): Promise<Job[]> {
  return submit({ kind: "filter", asset, ...treatment, ...COMMON });
}

async function submit(wanted: Schemas["UpscaleRequest"] | Schemas["FilterRequest"]): Promise<Job[]> {
  const headers = { "Idempotency-Key": newKey() };
  return body(await api.POST("/api/v1/jobs", { headers, body: wanted })).items;
}

export async function makeProxy(asset: string): Promise<Job[]> {
  const path = { asset_id: asset };
  return [body(await api.POST("/api/v1/media/{asset_id}/proxy", { params: { path } }))];
}
