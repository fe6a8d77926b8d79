import { Modal, type ModalProps } from "@mantine/core";
import { useLayoutEffect } from "react";

/** A dialog that gives the focus back to what opened it. */
export function Dialog(props: ModalProps) {
  useFocusBack(props.opened);
  return <Modal {...props} returnFocus={false} />;
}

/** Beyond the closing, but before anybody has pressed another key. */
const SOON_MS = 20;

/** Mantine does so for dialogs only that are there before they open, and not where the item of a menu opened them. */
function useFocusBack(opened: boolean): void {
  useLayoutEffect(() => {
    if (!opened) return;
    const from = opener();
    return () => {
      if (from === null) return;
      const { ownerDocument: page } = from;
      const left = page.activeElement;
      window.setTimeout(() => {
        const now = page.activeElement;
        if (now === null || now === page.body || now === left) from.focus({ preventScroll: true });
      }, SOON_MS);
    };
  }, [opened]);
}

/** What has the focus; of a menu, which is gone by then, the button that it belongs to. */
function opener(): HTMLElement | null {
  const at = document.activeElement;
  const button = at?.closest("[role=menu]")?.getAttribute("aria-labelledby");
  if (button) return document.getElementById(button);
  return at instanceof HTMLElement ? at : null;
}
