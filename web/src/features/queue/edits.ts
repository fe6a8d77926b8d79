import type { Schemas } from "@/shared/api/client";
import type { Job } from "@/shared/live/jobs";

/** What the dialog changes about a waiting job; the clip's fields are null for work that is no clip. */
export interface Draft {
  priority: number;
  clip: { prompt: string; steps: number; seed: number } | null;
}

export function draftOf(job: Job): Draft {
  const { prompt, steps, seed } = (job.recipe ?? {}) as { prompt?: unknown; steps?: unknown; seed?: unknown };
  const isClip = job.kind === "generate" && typeof prompt === "string";
  return { priority: job.priority, clip: isClip ? { prompt, steps: Number(steps), seed: Number(seed) } : null };
}

/** Only what was changed: a clip that was begun refuses any change of its own fields, but not of its priority. */
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

/** A fault's message for a field, whether the server names it `steps` or `clip.steps`. */
export function messageFor(fields: Record<string, string>, name: string): string | undefined {
  return fields[name] ?? fields[`clip.${name}`];
}

const MARKED = ["prompt", "steps", "seed", "priority"];

/** Whether the dialog says all of a fault at its fields. */
export function isMarked(fields: Record<string, string>): boolean {
  const names = Object.keys(fields);
  return names.length > 0 && names.every((name) => MARKED.includes(name.replace(/^clip\./, "")));
}
