import { rolesOf, taskFor } from "../form/fitting";
import type { Asset, ClipForm, Model, Role } from "../form/types";

/** File types that the picker offers for a role; of a video for a picture, one frame is used. */
export const ACCEPTS: Record<Role, string> = {
  image: "image/*,video/*",
  last_image: "image/*,video/*",
  video: "video/*",
  audio: "audio/*,video/*",
  pose: "video/*",
};

/** The kind of library file that fits a role. */
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

/** The roles that a library file can have for this model in any of its tasks, the form's task first. */
export function usesOf(kind: Asset["kind"], form: ClipForm, model: Model): Role[] {
  const order = [form.task, ...model.tasks.filter((task) => task !== form.task)];
  const roles = order.flatMap((task) => rolesOf(model, task).all);
  return [...new Set(roles)].filter((role) => KINDS[role] === kind);
}

/** The form with a reference set. A clip starts either from a picture or from a clip, so one replaces the other. */
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
