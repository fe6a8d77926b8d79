import { api, body, newKey, type Schemas } from "./api/client";
import type { Job } from "./live/jobs";

const SCHEDULING = { priority: 0, needs: [], only_on_ac: false };

type Unscheduled<Request> = Omit<Request, keyof typeof SCHEDULING>;

/** Queues an upscale or filter of a clip, to start as soon as its turn comes. */
export async function submit(
  wanted: Unscheduled<Schemas["UpscaleRequest"]> | Unscheduled<Schemas["FilterRequest"]>,
): Promise<Job[]> {
  const headers = { "Idempotency-Key": newKey() };
  return body(await api.POST("/api/v1/jobs", { headers, body: { ...wanted, ...SCHEDULING } })).items;
}
