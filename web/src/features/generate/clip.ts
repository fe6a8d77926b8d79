import { createContext, useContext } from "react";
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

/** What is wrong with one of the fields; nothing where all is well, as Mantine's inputs have it. */
export function useError(...fields: string[]): string | undefined {
  const { errors } = useClip();
  return fields.map((field) => errors[field]).find(Boolean);
}
