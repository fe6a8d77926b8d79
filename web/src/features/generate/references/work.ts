import { create } from "zustand";
import { upload } from "@/shared/api/client";
import { isGivenUp } from "@/shared/api/fault";
import { keepForOne } from "@/shared/person";
import { referenceTo } from "../form/restore";
import { useForm } from "../form/store";
import type { Asset, Model, Role } from "../form/types";
import { isPicture, withReference } from "./kinds";

/** Pending work on references: uploads, failures, and the open dialog. */
interface Work {
  sending: Partial<Record<Role, { share: number; abort: () => void }>>;
  faults: Partial<Record<Role, unknown>>;
  dialog: Dialog | null;
}

export type Dialog =
  | { kind: "frame"; role: Role; source: Blob | string; name: string }
  | { kind: "crop"; role: Role }
  | { kind: "library"; role: Role };

const NOTHING: Work = { sending: {}, faults: {}, dialog: null };

export const useWork = create<Work>()(() => NOTHING);
keepForOne(() => useWork.setState(NOTHING));

export function openDialog(dialog: Dialog | null): void {
  useWork.setState({ dialog });
}

export function place(role: Role, asset: Asset, model: Model, original?: string): void {
  const reference = { ...referenceTo(asset), ...(original ? { original } : {}) };
  useForm.getState().update((form) => withReference(form, role, reference, model));
  setFault(role, null);
}

export function remove(role: Role, model: Model): void {
  useForm.getState().update((form) => withReference(form, role, undefined, model));
  setFault(role, null);
}

/** Takes a file for a role. If it is a video for a picture, the user first picks one of its frames. */
export async function bring(role: Role, file: File, model: Model): Promise<void> {
  if (isPicture(role) && file.type.startsWith("video/")) {
    openDialog({ kind: "frame", role, source: file, name: file.name });
  } else {
    await send(role, file, file.name, model);
  }
}

/** Uploads a file that becomes a reference; `original` is the picture that it was cropped from. */
export async function send(role: Role, file: Blob, name: string, model: Model, original?: string): Promise<void> {
  useWork.getState().sending[role]?.abort();
  const leaving = new AbortController();
  const abort = () => leaving.abort();
  const tell = (share: number) => setSending(role, { share, abort });
  setFault(role, null);
  tell(0);
  try {
    place(role, await upload(file, name, tell, leaving.signal), model, original);
  } catch (fault) {
    if (!isGivenUp(fault)) setFault(role, fault);
  } finally {
    // Another upload may have replaced this one meanwhile.
    if (useWork.getState().sending[role]?.abort === abort) setSending(role, null);
  }
}

function setSending(role: Role, sending: Work["sending"][Role] | null): void {
  useWork.setState((work) => {
    const { [role]: _before, ...others } = work.sending;
    return { sending: sending ? { ...others, [role]: sending } : others };
  });
}

function setFault(role: Role, fault: unknown): void {
  useWork.setState((work) => {
    const { [role]: _before, ...others } = work.faults;
    return { faults: fault === null ? others : { ...others, [role]: fault } };
  });
}
