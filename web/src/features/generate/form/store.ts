import { create } from "zustand";
import { persist } from "zustand/middleware";
import { keepForOne } from "@/shared/person";
import { type ClipForm, EMPTY_FORM } from "./types";

interface FormStore {
  form: ClipForm;
  change: (change: Partial<ClipForm>) => void;
  /** For changes that depend on the current form. */
  update: (work: (form: ClipForm) => ClipForm) => void;
  replace: (form: ClipForm) => void;
}

const VERSION = 1;

/** The form of the Generate page, kept across other pages and reloads. */
export const useForm = create<FormStore>()(
  persist(
    (set) => ({
      form: EMPTY_FORM,
      change: (change) => set(({ form }) => ({ form: { ...form, ...change } })),
      update: (work) => set(({ form }) => ({ form: work(form) })),
      replace: (form) => set({ form }),
    }),
    {
      name: "artifex.generate",
      version: VERSION,
      partialize: ({ form }) => ({ form }),
      merge: (kept, now) => ({ ...now, form: { ...EMPTY_FORM, ...(kept as Partial<FormStore> | undefined)?.form } }),
    },
  ),
);

keepForOne(() => useForm.getState().replace(EMPTY_FORM));
