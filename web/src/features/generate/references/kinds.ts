import { rolesOf, taskFor } from "../form/fitting";
import type { Asset, ClipForm, Model, Role } from "../form/types";

/** What the browser lets people choose for a role; a video for a picture gives one of its frames. */
export const ACCEPTS: Record<Role, string> = {
  image: "image/*,video/*",
  last_image: "image/*,video/*",
  video: "video/*",
  audio: "audio/*,video/*",
  pose: "video/*",
};

/** What of the library fits a role. */
export const KINDS: Record<Role, "image" | "video" | "audio"> = {
  image: "image",
  last_image: "image",
  video: "video",
  audio: "audio",
  pose: "video",
};

export function isPicture(role: Role): boolean {
  return KINDS[role] === "image";
}

/** What a file of the library can be for this model, in any of its tasks; the task at hand comes first. */
export function usesOf(kind: Asset["kind"], form: ClipForm, model: Model): Role[] {
  const order = [form.task, ...model.tasks.filter((task) => task !== form.task)];
  const roles = order.flatMap((task) => rolesOf(model, task).all);
  return [...new Set(roles)].filter((role) => KINDS[role] === kind);
}

/** The form with a reference in its place; what begins a clip is either a picture or a clip, never both. */
export function withReference(
  form: ClipForm,
  role: Role,
  reference: ClipForm["references"][Role],
  model: Model,
): ClipForm {
  const { [role]: _before, ...others } = form.references;
  if (reference === undefined) return { ...form, references: others };
  const rival = role === "image" ? "video" : role === "video" ? "image" : null;
  const kept = Object.fromEntries(Object.entries(others).filter(([name]) => name !== rival));
  return { ...form, task: taskFor(role, form, model) ?? form.task, references: { ...kept, [role]: reference } };
}
