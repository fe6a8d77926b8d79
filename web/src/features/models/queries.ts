import { queryOptions } from "@tanstack/react-query";
import { api, body } from "@/shared/api/client";
import { useJobs } from "@/shared/live/jobs";
import type { Model } from "./standing";

const RECENT = 100;
const DISK_MS = 30_000;

export const modelsQuery = queryOptions({
  queryKey: ["models"],
  // The client types the guidance pair as a list of any length.
  queryFn: async () => body(await api.GET("/api/v1/models")).items as Model[],
});

/** Ended downloads and checks, which the events' snapshot lacks; their content is read from the live jobs. */
export const pullsQuery = queryOptions({
  queryKey: ["jobs", "pulls"],
  queryFn: async () => {
    const query = { kind: "pull" as const, limit: RECENT };
    const { items } = body(await api.GET("/api/v1/jobs", { params: { query } }));
    useJobs.getState().put(items);
    return items.length;
  },
});

/** Free and total bytes of the disk with the library and the models; null before the first sample. */
export const diskQuery = queryOptions({
  queryKey: ["system", "disk"],
  refetchInterval: DISK_MS,
  queryFn: async () => {
    const { history } = body(await api.GET("/api/v1/system/stats", { params: { query: { history: 1 } } }));
    const sample = history.at(-1);
    return sample === undefined ? null : { free: sample.disk_free, total: sample.disk_total };
  },
});
