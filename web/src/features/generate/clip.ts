import { createContext, useContext, useLayoutEffect } from "react";
import { create } from "zustand";
import { Fault } from "@/shared/api/fault";
import type { Level, Model, Preset, Style } from "./form/types";
import type { Values } from "./form/values";

/** What the sections of the page need besides the form itself. */
export interface Clip {
  model: Model;
  models: Model[];
  presets: Preset[];
  levels: Level[];
  styles: Style[];
  values: Values;
  /** Error messages by the server's field names. */
  errors: Record<string, string>;
  mayWrite: boolean;
}

export const ClipContext = createContext<Clip | null>(null);

export function useClip(): Clip {
  const clip = useContext(ClipContext);
  if (clip === null) throw new Error("This belongs inside of the form of a clip.");
  return clip;
}

/** The fields whose errors are shown on the page, grouped by the place that shows them. */
const usePlaces = create<{ places: string[][] }>()(() => ({ places: [] }));

/**
 * The error of the first of these fields that has one; undefined where there is none, as Mantine's inputs expect. The
 * caller shows it, so a field that is not on the page now is passed as `false`.
 */
export function useError(...fields: (string | false)[]): string | undefined {
  const { errors } = useClip();
  const shown = fields.filter((field) => field !== false);
  const names = shown.join(" ");
  useLayoutEffect(() => {
    const place = names.split(" ").filter(Boolean);
    usePlaces.setState(({ places }) => ({ places: [...places, place] }));
    return () => usePlaces.setState(({ places }) => ({ places: places.filter((one) => one !== place) }));
  }, [names]);
  return shown.map((field) => errors[field]).find(Boolean);
}

/** Whether every field of a fault shows its error on the page; if not, the fault's message has to be shown. */
export function useIsMarked(fault: unknown): boolean {
  const { places } = usePlaces();
  const fields = fault instanceof Fault ? Object.keys(fault.fields) : [];
  return fields.length > 0 && fields.every((field) => places.some((place) => place.includes(field)));
}
