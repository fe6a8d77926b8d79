import { create } from "zustand";
import { persist } from "zustand/middleware";
import { keepForOne } from "@/shared/person";
import { type ClipForm, EMPTY_FORM } from "./types";

interface FormStore {
  form: ClipForm;
  /** The last prompt of which clips were asked. */
  sent: string;
  change: (change: Partial<ClipForm>) => void;
  /** For changes that depend on the current form. */
  update: (work: (form: ClipForm) => ClipForm) => void;
  replace: (form: ClipForm) => void;
}

const NAME = "artifex.generate";
const VERSION = 1;

/** The form of the Generate page, kept across other pages and reloads. */
export const useForm = create<FormStore>()(
  persist(
    (set) => ({
      form: EMPTY_FORM,
      sent: "",
      change: (change) => set(({ form }) => ({ form: { ...form, ...change } })),
      update: (work) => set(({ form }) => ({ form: work(form) })),
      replace: (form) => set({ form }),
    }),
    {
      name: NAME,
      version: VERSION,
      partialize: ({ form, sent }) => ({ form, sent }),
      merge: (kept, now) => {
        const { form, sent = "" } = (kept ?? {}) as Partial<FormStore>;
        return { ...now, form: { ...EMPTY_FORM, ...form }, sent };
      },
    },
  ),
);

keepForOne(() => useForm.setState({ form: EMPTY_FORM, sent: "" }), isTyped);

/** Asks the storage, for the prompt may have been typed in another tab. */
function isTyped(): boolean {
  const kept = useForm.persist.getOptions().storage?.getItem(NAME) as { state: Partial<FormStore> } | null | undefined;
  const { form, sent } = kept?.state ?? {};
  const prompt = form?.prompt?.trim() ?? "";
  return prompt !== "" && prompt !== sent?.trim();
}
