import { useCallback, useState } from "react";
import { api, body, newKey } from "@/shared/api/client";
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

export async function upscale(asset: string, scale: number): Promise<Job[]> {
  const common = { priority: 0, needs: [], only_on_ac: false };
  const answer = await api.POST("/api/v1/jobs", {
    headers: { "Idempotency-Key": newKey() },
    body: { kind: "upscale", asset, scale, ...common },
  });
  return body(answer).items;
}

export async function treat(asset: string, treatment: Treatment): Promise<Job[]> {
  const common = { priority: 0, needs: [], only_on_ac: false };
  const answer = await api.POST("/api/v1/jobs", {
    headers: { "Idempotency-Key": newKey() },
    body: { kind: "filter", asset, ...treatment, ...common },
  });
  return body(answer).items;
}

export async function makeProxy(asset: string): Promise<Job[]> {
  const path = { asset_id: asset };
  return [body(await api.POST("/api/v1/media/{asset_id}/proxy", { params: { path } }))];
}
