import { api, body, type Schemas } from "@/shared/api/client";
import { type Job, useJobs } from "@/shared/live/jobs";
import { did } from "@/shared/undo";

/** Changes a waiting job, and offers to undo it. Throws a `Fault`. */
export async function change(
  id: string,
  there: Schemas["JobChanges"],
  back: Schemas["JobChanges"],
  label: string,
): Promise<void> {
  await patch(id, there);
  did({ label, undo: () => patch(id, back), redo: () => patch(id, there) });
}

async function patch(id: string, changes: Schemas["JobChanges"]): Promise<Job> {
  const path = { params: { path: { job_id: id } } };
  const job = body(await api.PATCH("/api/v1/jobs/{job_id}", { ...path, body: changes }));
  useJobs.getState().put([job]);
  return job;
}
