import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api, body } from "@/shared/api/client";
import { AT_WORK, type Job, useJobs } from "@/shared/live/jobs";
import { inLine, WAITING } from "./line";

const PAGE = 200;

/**
 * Every job that has not ended, loaded once. From then on live events keep them up to date, so the query key must be
 * none that events invalidate: thousands of jobs would be loaded again whenever one ends.
 */
export const LINE = ["line"] as const;

export function useLineLoaded() {
  return useQuery({ queryKey: LINE, queryFn: ({ signal }) => loadLine(signal) });
}

async function loadLine(signal: AbortSignal): Promise<number> {
  let count = 0;
  let cursor: string | null = null;
  do {
    const query: { state: Job["state"][]; order: string; limit: number; cursor?: string } = {
      state: [...WAITING, ...AT_WORK],
      order: "asc",
      limit: PAGE,
      ...(cursor === null ? {} : { cursor }),
    };
    const page = body(await api.GET("/api/v1/jobs", { params: { query }, signal }));
    useJobs.getState().put(page.items);
    count += page.items.length;
    cursor = page.next_cursor;
  } while (cursor !== null);
  return count;
}

export function useWaiting(): Job[] {
  const byId = useJobs((jobs) => jobs.byId);
  return useMemo(() => inLine(Object.values(byId)), [byId]);
}

export function useRunning(): Job[] {
  const byId = useJobs((jobs) => jobs.byId);
  return useMemo(() => {
    const running = Object.values(byId).filter((job) => AT_WORK.includes(job.state));
    return running.sort((one, other) => (one.started_at ?? Infinity) - (other.started_at ?? Infinity));
  }, [byId]);
}

const SLOTS_MS = 5000;

/** The slots that run jobs, polled while they are shown. */
export function useSlots() {
  return useQuery({
    queryKey: ["system", "slots"],
    queryFn: async ({ signal }) => body(await api.GET("/api/v1/system/slots", { signal })).items,
    refetchInterval: SLOTS_MS,
  });
}
