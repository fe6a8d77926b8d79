import { useEffect, useRef, useState } from "react";
import { fetchBlob } from "@/shared/api/client";
import { useConnection } from "@/shared/connection";

/** Recently shown pictures; object URLs are revoked when newer pictures replace them. */
class Recent {
  private readonly urls = new Map<string, string>();

  constructor(private readonly most: number) {}

  get(path: string): string | undefined {
    return this.urls.get(path);
  }

  keep(path: string, blob: Blob): string {
    const url = URL.createObjectURL(blob);
    this.urls.set(path, url);
    const [oldest] = this.urls.keys();
    if (this.urls.size > this.most && oldest !== undefined) {
      URL.revokeObjectURL(this.urls.get(oldest) ?? "");
      this.urls.delete(oldest);
    }
    return url;
  }

  clear(): void {
    for (const url of this.urls.values()) URL.revokeObjectURL(url);
    this.urls.clear();
  }
}

export interface Fetched {
  /** The previous picture until the requested one has arrived. */
  src: string | null;
  fault: string | null;
}

/**
 * Fetches a picture once its path has been stable for a moment, and aborts older requests. If the server was
 * unreachable, the picture is fetched again when the connection is back.
 */
export function useBlob(path: string | null, pauseMs = 70): Fetched {
  const recent = useRef<Recent>(null);
  recent.current ??= new Recent(40);
  const [fetched, setFetched] = useState<Fetched>({ src: null, fault: null });
  const lost = useConnection(({ status }) => status === "lost");
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs again when the connection is back
  useEffect(() => {
    if (path === null) return;
    const known = recent.current?.get(path);
    if (known !== undefined) return setFetched({ src: known, fault: null });
    const leaving = new AbortController();
    const timer = window.setTimeout(() => {
      fetchBlob(path, leaving.signal).then(
        (blob) => {
          const src = recent.current?.keep(path, blob) ?? null;
          if (!leaving.signal.aborted) setFetched({ src, fault: null });
        },
        (fault: unknown) => {
          if (leaving.signal.aborted) return;
          setFetched(({ src }) => ({ src, fault: fault instanceof Error ? fault.message : String(fault) }));
        },
      );
    }, pauseMs);
    return () => {
      window.clearTimeout(timer);
      leaving.abort();
    };
  }, [path, pauseMs, lost]);
  useEffect(() => () => recent.current?.clear(), []);
  return fetched;
}
