import type { Schemas } from "@/shared/api/client";
import type { Job } from "@/shared/live/jobs";

/** Whether a slot may be given a job, now or once it is free. */
export function takes(slot: Schemas["SlotAnswer"], job: Job): boolean {
  if (!slot.alive || slot.paused || !slot.kinds.includes(job.kind)) return false;
  if (slot.experts !== "both" && job.kind === "generate" && job.expert !== slot.experts) return false;
  return job.wanted_slot === null || job.wanted_slot === slot.name;
}
