import { useEffect } from "react";

/** After dialogs and menus have given the focus back to what opened them. */
const SOON_MS = 60;
const FOCUSABLE =
  "a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled)";

/** An element on the way from the focused one to the top of the page, and its place among its siblings. */
interface Step {
  element: Element;
  parent: Element;
  index: number;
}

/**
 * Gives the focus back to a button that was disabled while it worked, and moves it to the neighbour of what was removed,
 * like a deleted row. Browsers just drop it, and whoever hears the page would have to start again from its top.
 */
export function useFocusKept(): void {
  useEffect(() => {
    let way: Step[] = [];
    let waiting = 0;
    let byKeys = true;
    const note = ({ target }: FocusEvent) => {
      // A menu gives the focus back to its button; the gallery keeps its own.
      if (!(target instanceof Element) || target.closest("[role=menu]") !== null) return;
      way = byKeys && target.closest("[role=grid]") === null ? wayTo(target) : [];
    };
    const heedKeys = () => {
      byKeys = true;
    };
    const heedPointer = () => {
      byKeys = false; // whoever points is where they point, wherever the focus goes
      way = [];
    };
    const move = () => {
      if (isDropped()) near(way)?.focus({ preventScroll: true });
    };
    const watch = new MutationObserver((changes) => {
      const at = way[0]?.element;
      if (at === undefined || (at.isConnected && !changes.some(({ target }) => target === at))) return;
      window.clearTimeout(waiting);
      waiting = window.setTimeout(move, SOON_MS);
    });
    document.addEventListener("focusin", note);
    document.addEventListener("keydown", heedKeys, true);
    document.addEventListener("pointerdown", heedPointer, true);
    watch.observe(document.body, { childList: true, subtree: true, attributeFilter: ["disabled"] });
    return () => {
      document.removeEventListener("focusin", note);
      document.removeEventListener("keydown", heedKeys, true);
      document.removeEventListener("pointerdown", heedPointer, true);
      watch.disconnect();
      window.clearTimeout(waiting);
    };
  }, []);
}

function isDropped(): boolean {
  return document.activeElement === null || document.activeElement === document.body;
}

function wayTo(focused: Element): Step[] {
  const way: Step[] = [];
  for (let element = focused; element.parentElement !== null; element = element.parentElement) {
    const parent = element.parentElement;
    way.push({ element, parent, index: [...parent.children].indexOf(element) });
  }
  return way;
}

/** Where the way begins if that is still there (it takes no focus while disabled); otherwise what is near its break. */
function near(way: readonly Step[]): HTMLElement | null {
  const [first] = way;
  if (first?.element instanceof HTMLElement && first.element.isConnected) return first.element;
  const main = document.getElementById("main");
  for (const { parent, index } of way) {
    if (!parent.isConnected) continue;
    if (parent === main || !main?.contains(parent)) break;
    for (const at of [index, index + 1, index - 1]) {
      const found = focusableIn(parent.children[at]);
      if (found) return found;
    }
  }
  return main;
}

function focusableIn(element: Element | undefined): HTMLElement | null {
  if (element instanceof HTMLElement && element.matches(FOCUSABLE)) return element;
  return element?.querySelector<HTMLElement>(FOCUSABLE) ?? null;
}
