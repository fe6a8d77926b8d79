/** Advice for failures, for the codes that allow more than the server's message. */
export const ADVICE = [
  "memory",
  "disk",
  "crash",
  "need",
  "model",
  "network",
  "device",
  "checkpoint",
  "change",
  "internal",
  "lease",
  "expired",
] as const;
export type Advice = (typeof ADVICE)[number];

const BY_CODE: Record<string, Advice> = {
  out_of_memory: "memory",
  does_not_fit: "memory",
  out_of_space: "disk",
  not_writable: "disk",
  storage_failed: "disk",
  worker_crash: "crash",
  need_failed: "need",
  not_installed: "model",
  weights_damaged: "model",
  bad_weights: "model",
  download_failed: "network",
  offline: "network",
  device_error: "device",
  not_available: "device",
  cannot_run: "device",
  checkpoint_damaged: "checkpoint",
  bad_input: "change",
  bad_prompt: "change",
  bad_reference: "change",
  bad_recipe: "change",
  invalid_value: "change",
  unknown_name: "change",
  internal: "internal",
  error: "internal",
  lease_lost: "lease",
};

export function adviceFor(job: { state: string; error: { code: string } | null }): Advice | null {
  if (job.state === "expired") return "expired";
  return job.error === null ? null : (BY_CODE[job.error.code] ?? null);
}

/** The page where the cause can be fixed, if there is one besides the form. */
export function placeFor(advice: Advice | null): "models" | "optimizations" | null {
  if (advice === "model" || advice === "network") return "models";
  return advice === "memory" || advice === "crash" ? "optimizations" : null;
}
