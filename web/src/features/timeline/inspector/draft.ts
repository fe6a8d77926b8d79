import { notifications } from "@mantine/notifications";
import i18next from "i18next";
import { useEffect, useRef, useState } from "react";
import { isHeld } from "@/shared/session";

interface Draft {
  typed: string;
  /** What the field held when typing began. */
  over: string;
  /** What is on its way to the server. */
  sent?: string;
  refused?: boolean;
}

/** Why a text is not saved by itself: somebody else changed what it was typed over, or the server refused it. */
export type Held = "overtaken" | "refused";

/** What is typed into a field until it is saved. `commit` resolves to whether it was. */
export function useDraft(label: string, value: string, commit: (typed: string) => Promise<boolean>) {
  const [draft, setDraft] = useState<Draft | null>(null);
  const isHere = useRef(true);
  useEffect(() => {
    isHere.current = true;
    return () => {
      isHere.current = false;
    };
  }, []);
  const held = heldBy(draft, value);
  const drop = () => setDraft(null);
  const send = () => {
    if (draft === null || draft.typed === draft.sent) return;
    if (draft.typed === value) return drop();
    const { typed, over } = draft;
    setDraft({ typed, over, sent: typed });
    void commit(typed).then((done) => {
      setDraft((now) => after(now, typed, done));
      if (!isHere.current && !done && !isHeld()) tellUnsaved(label, typed);
    });
  };
  return {
    shown: draft?.typed ?? value,
    held,
    type: (typed: string) =>
      setDraft((now) => ({ typed, over: now?.over ?? value, ...(now?.sent === undefined ? {} : { sent: now.sent }) })),
    send,
    drop,
    /** Saves what can be saved when the field goes, and else shows it. */
    leave: () => {
      if (held === null) send();
      else if (draft !== null) tellUnsaved(label, draft.typed);
    },
  };
}

function heldBy(draft: Draft | null, value: string): Held | null {
  if (draft === null || draft.sent !== undefined || draft.typed === value) return null;
  if (draft.over !== value) return "overtaken";
  return draft.refused ? "refused" : null;
}

/** What is left of a draft after an answer; more may have been typed meanwhile. */
function after(draft: Draft | null, sent: string, done: boolean): Draft | null {
  if (draft === null || (done && draft.typed === sent)) return null;
  const { typed, over } = draft;
  return done ? { typed, over: sent } : { typed, over, refused: typed === sent };
}

function tellUnsaved(label: string, typed: string): void {
  const title = i18next.t("unsaved", { ns: "timeline", label });
  notifications.show({ color: "orange", title, message: typed, role: "alert", autoClose: false });
}
