import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useRef, useState } from "react";
import { newKey, upload } from "@/shared/api/client";
import { refreshLists } from "../library/useLibrary";

export interface Upload {
  key: string;
  name: string;
  /** From 0 to 1. */
  share: number;
  error: string | null;
}

/** Files on their way into the library, one after another. */
export function useUploads() {
  const queries = useQueryClient();
  const [uploads, setUploads] = useState<Upload[]>([]);
  const line = useRef<Promise<unknown>>(Promise.resolve());

  const send = useCallback(
    (files: readonly File[]) => {
      const change = (key: string, change: Partial<Upload> | null) =>
        setUploads((now) =>
          now.flatMap((one) => (one.key !== key ? [one] : change === null ? [] : [{ ...one, ...change }])),
        );
      const queued = files.map((file) => ({ file, key: newKey() }));
      setUploads((now) => [
        ...now,
        ...queued.map(({ file, key }) => ({ key, name: file.name, share: 0, error: null })),
      ]);
      for (const { file, key } of queued) {
        line.current = line.current.then(() =>
          upload(file, file.name, (share) => change(key, { share })).then(
            () => {
              change(key, null);
              return refreshLists(queries, false);
            },
            (fault: Error) => change(key, { error: fault.message }),
          ),
        );
      }
    },
    [queries],
  );
  const dismiss = useCallback((key: string) => setUploads((now) => now.filter((one) => one.key !== key)), []);
  return { uploads, send, dismiss };
}
