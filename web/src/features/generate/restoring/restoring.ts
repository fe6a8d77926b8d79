import i18next from "i18next";
import { create } from "zustand";
import { upload } from "@/shared/api/client";
import { isGivenUp } from "@/shared/api/fault";
import { keepForOne } from "@/shared/person";
import { did } from "@/shared/undo";
import { modelOf } from "../form/fitting";
import { readRecipe } from "../form/recipe";
import { extended, fromRecipe, type How, type Restored, type RestoreNote, varied } from "../form/restore";
import { useForm } from "../form/store";
import { type Asset, type ClipForm, EMPTY_FORM, type Model, type Recipe } from "../form/types";
import { usesOf } from "../references/kinds";
import { place } from "../references/work";

/** The message above the form after it was filled from somewhere, or could not be. */
interface Restoring {
  /** Progress of an upload, from 0 to 1. */
  sending: number | null;
  fault: unknown;
  filled: { name: string; notes: RestoreNote[] } | null;
  /** A file without a recipe, which may be used as a reference. */
  bare: Asset | null;
}

const NOTHING: Restoring = { sending: null, fault: null, filled: null, bare: null };

export const useRestoring = create<Restoring>()(() => NOTHING);
keepForOne(() => say({}));

export function say(what: Partial<Restoring>): void {
  useRestoring.setState({ ...NOTHING, ...what });
}

/** Replaces the form; this can be undone. */
export function replaceForm(form: ClipForm, label: string): void {
  const { form: before, replace } = useForm.getState();
  replace(form);
  did({ label, undo: async () => replace(before), redo: async () => replace(form) });
}

export function reset(): void {
  const { form } = useForm.getState();
  replaceForm({ ...EMPTY_FORM, model: form.model, task: form.task }, i18next.t("restore.reset", { ns: "generate" }));
  say({});
}

/** Fills the form from an asset's recipe; an asset without one is offered as a reference. */
export function restoreAsset(asset: Asset, how: How, models: Model[]): void {
  const recipe = readRecipe(asset.recipe ?? asset.claimed_recipe);
  const name = asset.name || asset.id;
  if (recipe === null) {
    say({ bare: asset });
    return;
  }
  const restored = filled(recipe, models);
  if (restored === null) return;
  const wanted = how === "vary" ? varied(restored) : how === "extend" ? extended(restored, asset, models) : restored;
  fill(wanted, name);
}

export function restoreRecipe(recipe: Recipe, name: string, models: Model[]): void {
  const restored = filled(recipe, models);
  if (restored) fill(restored, name);
}

function filled(recipe: Recipe, models: Model[]): Restored | null {
  const own = models.find((model) => model.name === recipe.model.name && model.installed);
  const model = own ?? modelOf({ ...EMPTY_FORM, task: recipe.task }, models);
  return model ? fromRecipe(recipe, model) : null;
}

function fill({ form, notes }: Restored, name: string): void {
  replaceForm(form, i18next.t("restore.filled", { ns: "generate", name }));
  say({ filled: { name, notes } });
}

let leaving = new AbortController();

/**
 * Takes a file that was dropped or pasted anywhere on the page: a clip's recipe fills the form, other files become
 * references. Aborts the previous upload if it is still running.
 */
export async function takeFile(file: File, models: Model[]): Promise<void> {
  leaving.abort();
  leaving = new AbortController();
  const { signal } = leaving;
  say({ sending: 0 });
  try {
    const asset = await upload(file, file.name, (share) => useRestoring.setState({ sending: share }), signal);
    const { form } = useForm.getState();
    const model = modelOf(form, models);
    const [role] = model ? usesOf(asset.kind, form, model) : [];
    if (asset.kind !== "video" && model && role) {
      place(role, asset, model);
      say({});
    } else {
      restoreAsset(asset, "again", models);
    }
  } catch (fault) {
    if (!signal.aborted) say(isGivenUp(fault) ? {} : { fault });
  }
}
