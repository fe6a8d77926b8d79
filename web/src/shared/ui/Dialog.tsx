import { Modal, type ModalProps } from "@mantine/core";
import { useLayoutEffect } from "react";

/** A dialog that returns the focus to what opened it. */
export function Dialog(props: ModalProps) {
  useFocusBack(props.opened);
  return <Modal {...props} returnFocus={false} />;
}

/** After the dialog has closed, but before the user can press another key. */
const SOON_MS = 20;

/** Mantine returns the focus only for dialogs mounted before they open, and not if a menu item opened them. */
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

/** The focused element; for an item of a menu, which will be gone, the button of the menu. */
function opener(): HTMLElement | null {
  const at = document.activeElement;
  const button = at?.closest("[role=menu]")?.getAttribute("aria-labelledby");
  if (button) return document.getElementById(button);
  return at instanceof HTMLElement ? at : null;
}
