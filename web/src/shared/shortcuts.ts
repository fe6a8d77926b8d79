import { getHotkeyHandler } from "@mantine/hooks";
import { useEffect, useRef } from "react";
import { create } from "zustand";
import { persist } from "zustand/middleware";

/** Every shortcut with its default keys, which the user can change. */
export const SHORTCUTS = {
  palette: "mod+K",
  help: "shift+?",
  undo: "mod+Z",
  redo: "mod+shift+Z",
  goGenerate: "alt+1",
  goQueue: "alt+2",
  goOutputs: "alt+3",
  goModels: "alt+4",
  goTimeline: "alt+5",
  submit: "mod+Enter",
  star: "S",
  playPause: "Space",
  frameBack: "ArrowLeft",
  frameForward: "ArrowRight",
  loop: "L",
  slower: "[",
  faster: "]",
  moveUp: "alt+ArrowUp",
  moveDown: "alt+ArrowDown",
  before: "P",
  after: "N",
  favourite: "F",
  remove: "Delete",
  selectAll: "mod+A",
  compare: "C",
  cutStart: "Home",
  cutEnd: "End",
  cutBefore: "ArrowUp",
  cutAfter: "ArrowDown",
  cutTenBack: "shift+ArrowLeft",
  cutTenOn: "shift+ArrowRight",
  cutReverse: "J",
  cutStop: "K",
  cutForward: "L",
  cutIn: "I",
  cutOut: "O",
  cutClear: "alt+X",
  cutSelect: "V",
  cutRazor: "B",
  cutSlip: "Y",
  cutSlide: "U",
  cutSnap: "S",
  cutMagnet: "N",
  cutLinked: "shift+L",
  cutSplit: "mod+B",
  cutTrimHead: "Q",
  cutTrimTail: "W",
  cutShorter: "[",
  cutLonger: "]",
  cutMoveBack: "alt+,",
  cutMoveOn: "alt+.",
  cutClose: "shift+Delete",
  cutLink: "mod+L",
  cutEnabled: "D",
  cutSpeed: "R",
  cutTransition: "T",
  cutMarker: "M",
  cutTitle: "shift+T",
  cutFillGap: "G",
  cutExtend: "shift+E",
  cutInsert: ",",
  cutOverwrite: ".",
  cutAppend: "E",
  cutZoomIn: "=",
  cutZoomOut: "-",
  cutFit: "shift+Z",
  cutExport: "mod+E",
} as const;

export type ShortcutName = keyof typeof SHORTCUTS;

/** Shortcuts that do nothing in the film editor, where the editor's own keys apply. */
const ELSEWHERE: readonly ShortcutName[] = [
  "submit",
  "star",
  "loop",
  "slower",
  "faster",
  "moveUp",
  "moveDown",
  "before",
  "after",
  "favourite",
  "compare",
];

/** Whether two shortcuts can be active on the same page, so that they need different keys. */
export function meet(one: ShortcutName, other: ShortcutName): boolean {
  const apart = (cut: ShortcutName, page: ShortcutName) => cut.startsWith("cut") && ELSEWHERE.includes(page);
  return !apart(one, other) && !apart(other, one);
}

interface Keys {
  chosen: Partial<Record<ShortcutName, string>>;
  choose: (name: ShortcutName, keys: string | null) => void;
}

/** The keys that the user changed; `null` restores the default. */
export const useKeys = create<Keys>()(
  persist(
    (set) => ({
      chosen: {},
      choose: (name, keys) =>
        set(({ chosen: { [name]: _before, ...rest } }) => ({
          chosen: keys === null ? rest : { ...rest, [name]: keys },
        })),
    }),
    { name: "artifex.keys" },
  ),
);

export function keysOf(name: ShortcutName): string {
  return useKeys.getState().chosen[name] ?? SHORTCUTS[name];
}

export function useKeysOf(name: ShortcutName): string {
  return useKeys((keys) => keys.chosen[name] ?? SHORTCUTS[name]);
}

/** Keys for display: `⌘K` or `Ctrl K`. */
export function shown(keys: string): string {
  const mac = /Mac|iPhone|iPad/.test(navigator.userAgent);
  return keys
    .split("+")
    .map((key) => (key === "mod" ? (mac ? "⌘" : "Ctrl") : key.length > 1 ? key[0]?.toUpperCase() + key.slice(1) : key))
    .join(" ");
}

/** The signs on the keys that are not letters, in the English layout. */
const SIGNS: Record<string, string> = {
  BracketLeft: "[",
  BracketRight: "]",
  Comma: ",",
  Period: ".",
  Slash: "/",
  Equal: "=",
  Minus: "-",
};

const isLatin = (text: string) => /^[\x20-\x7e]*$/.test(text);

/** The pressed key; in a non-Latin layout, such as Russian or Korean, the English key at the same position. */
export function latinKey({ key, code }: Pick<KeyboardEvent, "key" | "code">): string {
  if (isLatin(key)) return key;
  const [, sign] = /^(?:Key|Digit)(.)$/.exec(code) ?? [];
  return sign ?? SIGNS[code] ?? key;
}

/** The same key press as an English keyboard would send it. */
function inLatin(event: KeyboardEvent): KeyboardEvent {
  const { altKey, ctrlKey, metaKey, shiftKey } = event;
  return new KeyboardEvent(event.type, { key: latinKey(event), altKey, ctrlKey, metaKey, shiftKey });
}

const TYPING = ["INPUT", "TEXTAREA", "SELECT"];

/**
 * Calls `act` on a key press while the component is mounted. Keys without a modifier do nothing while the user types or
 * where a focused control uses the key itself. A dialog keeps keys from the page behind it.
 */
export function useShortcut(name: ShortcutName, act: (event: KeyboardEvent) => void, enabled = true): void {
  const keys = useKeysOf(name);
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    if (!enabled) return;
    const hear = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isForControl(event, keys) || (isInDialog(event) && !leads(name))) return;
      const act = () => {
        event.preventDefault();
        latest.current(event);
      };
      getHotkeyHandler([[keys, act]])(isLatin(keys) ? inLatin(event) : event);
    };
    window.addEventListener("keydown", hear);
    return () => window.removeEventListener("keydown", hear);
  }, [name, keys, enabled]);
}

/** Whether the shortcut leaves the current place, and so works in dialogs, too. */
function leads(name: ShortcutName): boolean {
  return name === "palette" || name.startsWith("go");
}

function isInDialog({ target }: KeyboardEvent): boolean {
  return target instanceof Element && target.closest("[aria-modal=true]") !== null;
}

function isForControl(event: KeyboardEvent, keys: string): boolean {
  const target = event.target;
  if (!(target instanceof HTMLElement)) return false;
  const bare = !/mod|ctrl|alt|meta/i.test(keys);
  if (TYPING.includes(target.tagName) || target.isContentEditable) return bare || /\+[ZA]$/i.test(keys);
  return bare && [" ", "Enter"].includes(event.key) && target.closest("button,a,[role=button],[role=option]") !== null;
}
