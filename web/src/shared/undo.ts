import { notifications } from "@mantine/notifications";
import { createElement } from "react";
import { create } from "zustand";
import { useSession } from "./session";
import { tellFault } from "./tell";
import { UndoNote } from "./ui/UndoNote";

/** An action that was done and can be undone. */
export interface Deed {
  label: string;
  undo: () => Promise<unknown>;
  redo: () => Promise<unknown>;
}

interface Undo {
  done: Deed[];
  undone: Deed[];
}

const MOST = 100;
const NOTE_MS = 8000;

export const useUndo = create<Undo>()(() => ({ done: [], undone: [] }));

/** Records an action and offers to undo it. */
export function did(deed: Deed): void {
  if (isLeft()) return;
  useUndo.setState(({ done }) => ({ done: [...done, deed].slice(-MOST), undone: [] }));
  notifications.show({
    id: "undo",
    message: createElement(UndoNote, { label: deed.label, undo: () => void undoLast() }),
    autoClose: NOTE_MS,
  });
}

/** A history of its own for one part of the interface, such as the editor's projects. */
export interface History {
  undo: () => Promise<unknown>;
  redo: () => Promise<unknown>;
}

let own: History | null = null;

/** Redirects undo and redo to another history until the returned function is called. */
export function takeOver(history: History): () => void {
  own = history;
  return () => {
    if (own === history) own = null;
  };
}

export async function undo(): Promise<void> {
  await (own === null ? undoLast() : own.undo());
}

export async function redo(): Promise<void> {
  await (own === null ? redoLast() : own.redo());
}

async function undoLast(): Promise<void> {
  const deed = useUndo.getState().done.at(-1);
  if (deed === undefined) return;
  useUndo.setState(({ done, undone }) => ({ done: done.slice(0, -1), undone: [...undone, deed] }));
  notifications.hide("undo");
  await deed.undo().catch((fault: unknown) => {
    tellFault(fault);
    if (isLeft()) return;
    useUndo.setState(({ done, undone }) => ({ done: [...done, deed], undone: undone.filter((one) => one !== deed) }));
  });
}

async function redoLast(): Promise<void> {
  const deed = useUndo.getState().undone.at(-1);
  if (deed === undefined) return;
  useUndo.setState(({ done, undone }) => ({ done: [...done, deed], undone: undone.slice(0, -1) }));
  await deed.redo().catch((fault: unknown) => {
    tellFault(fault);
    if (isLeft()) return;
    useUndo.setState(({ done, undone }) => ({ done: done.filter((one) => one !== deed), undone: [...undone, deed] }));
  });
}

/** Whether the user signed out before the action was finished. */
function isLeft(): boolean {
  return useSession.getState().status === "signed-out";
}

/** Nobody may undo another user's actions. */
export function forgetDeeds(): void {
  useUndo.setState({ done: [], undone: [] });
  notifications.hide("undo");
}
