import type { Schemas } from "@/shared/api/client";
import type { Job } from "@/shared/live/jobs";

/** What the dialog edits of a waiting job; `clip` is null for jobs that make no clip. */
export interface Draft {
  priority: number;
  clip: { prompt: string; steps: number; seed: number } | null;
}

export function draftOf(job: Job): Draft {
  const { prompt, steps, seed } = (job.recipe ?? {}) as { prompt?: unknown; steps?: unknown; seed?: unknown };
  const isClip = job.kind === "generate" && typeof prompt === "string";
  return { priority: job.priority, clip: isClip ? { prompt, steps: Number(steps), seed: Number(seed) } : null };
}

/** Only the changed fields: a clip that has started accepts no change of its own fields, only of its priority. */
export function editsFrom(before: Draft, after: Draft): Schemas["JobChanges"] {
  const edits: Schemas["JobChanges"] = {};
  if (after.priority !== before.priority) edits.priority = after.priority;
  if (before.clip === null || after.clip === null) return edits;
  const clip: { prompt?: string; steps?: number; seed?: number } = {};
  if (after.clip.prompt !== before.clip.prompt) clip.prompt = after.clip.prompt;
  if (after.clip.steps !== before.clip.steps) clip.steps = after.clip.steps;
  if (after.clip.seed !== before.clip.seed) clip.seed = after.clip.seed;
  if (Object.keys(clip).length > 0) edits.clip = clip as Schemas["Clip"];
  return edits;
}

/** A fault's message for a field, which the server may name `steps` or `clip.steps`. */
export function messageFor(fields: Record<string, string>, name: string): string | undefined {
  return fields[name] ?? fields[`clip.${name}`];
}

const MARKED = ["prompt", "steps", "seed", "priority"];

/** Whether all of a fault's messages are shown at the dialog's fields. */
export function isMarked(fields: Record<string, string>): boolean {
  const names = Object.keys(fields);
  return names.length > 0 && names.every((name) => MARKED.includes(name.replace(/^clip\./, "")));
}
