import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import i18next from "i18next";
import { useCallback } from "react";
import { create } from "zustand";
import { newKey, upload } from "@/shared/api/client";
import { isGivenUp } from "@/shared/api/fault";
import { keepForOne } from "@/shared/person";
import { isHeld, whenSessionEnds } from "@/shared/session";
import { refreshLists } from "../library/useLibrary";

export interface Upload {
  key: string;
  name: string;
  /** Share uploaded, from 0 to 1. */
  share: number;
  error: string | null;
}

/** Outside the page: uploads go on, and may be refused, while another page is open. */
const useStore = create<{ uploads: Upload[] }>()(() => ({ uploads: [] }));
keepForOne(() => useStore.setState({ uploads: [] }));
whenSessionEnds(() =>
  useStore.setState(({ uploads }) => {
    const error = i18next.t("bring.cut", { ns: "outputs" });
    return { uploads: isHeld() ? uploads.map((one) => ({ ...one, error: one.error ?? error })) : [] };
  }),
);

let line: Promise<unknown> = Promise.resolve();

/** Uploads into the library, one file after another. */
export function useUploads() {
  const queries = useQueryClient();
  const uploads = useStore((store) => store.uploads);
  const send = useCallback((files: readonly File[]) => sendAll(files, queries), [queries]);
  return { uploads, send, dismiss };
}

function sendAll(files: readonly File[], queries: QueryClient): void {
  const queued = files.map((file) => ({ file, key: newKey() }));
  useStore.setState(({ uploads }) => ({
    uploads: [...uploads, ...queued.map(({ file, key }) => ({ key, name: file.name, share: 0, error: null }))],
  }));
  for (const { file, key } of queued) {
    line = line.then(() => sendOne(file, key, queries));
  }
}

async function sendOne(file: File, key: string, queries: QueryClient): Promise<void> {
  if (!useStore.getState().uploads.some((one) => one.key === key && one.error === null)) return; // the session ended
  try {
    await upload(file, file.name, (share) => change(key, { share }));
    dismiss(key);
    await refreshLists(queries, false);
  } catch (fault) {
    if (!isGivenUp(fault)) change(key, { error: fault instanceof Error ? fault.message : String(fault) });
  }
}

function change(key: string, change: Partial<Upload>): void {
  useStore.setState(({ uploads }) => ({
    uploads: uploads.map((one) => (one.key === key ? { ...one, ...change } : one)),
  }));
}

function dismiss(key: string): void {
  useStore.setState(({ uploads }) => ({ uploads: uploads.filter((one) => one.key !== key) }));
}
