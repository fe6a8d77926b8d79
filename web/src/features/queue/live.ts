import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api, body } from "@/shared/api/client";
import { AT_WORK, type Job, useJobs } from "@/shared/live/jobs";
import { lineQuery } from "@/shared/live/line";
import { inLine } from "./line";

export function useLineLoaded() {
  return useQuery(lineQuery);
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
