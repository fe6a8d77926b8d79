import { createContext, useContext, useLayoutEffect } from "react";
import { create } from "zustand";
import { Fault } from "@/shared/api/fault";
import type { Level, Model, Preset, Style } from "./form/types";
import type { Values } from "./form/values";

/** What every part of the page knows beside the form itself. */
export interface Clip {
  model: Model;
  models: Model[];
  presets: Preset[];
  levels: Level[];
  styles: Style[];
  values: Values;
  /** What the server said of a field, by the field's name there. */
  errors: Record<string, string>;
  mayWrite: boolean;
}

export const ClipContext = createContext<Clip | null>(null);

export function useClip(): Clip {
  const clip = useContext(ClipContext);
  if (clip === null) throw new Error("This belongs inside of the form of a clip.");
  return clip;
}

/** The places on the page that tell what is wrong with fields, each with the names of its fields. */
const usePlaces = create<{ places: string[][] }>()(() => ({ places: [] }));

/**
 * What is wrong with one of the fields; nothing where all is well, as Mantine's inputs have it. Whoever asks shows it,
 * so a field that is not on the page now is left out, as `false`.
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

/** Whether the page tells at its fields all that a fault is about; where it does not, the message has to be shown. */
export function useIsMarked(fault: unknown): boolean {
  const { places } = usePlaces();
  const fields = fault instanceof Fault ? Object.keys(fault.fields) : [];
  return fields.length > 0 && fields.every((field) => places.some((place) => place.includes(field)));
}
