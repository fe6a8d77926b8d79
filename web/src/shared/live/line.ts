import { queryOptions } from "@tanstack/react-query";
import { api, body } from "@/shared/api/client";
import { LIVE, useJobs } from "./jobs";

/** As many jobs as the server lists at once. */
export const PAGE = 200;

/**
 * Every job that has not ended, loaded once into the store of live jobs; the data are their ids. From then on live
 * events keep them up to date, so the key must be none that events invalidate: thousands of jobs would be loaded again
 * whenever one ends.
 */
export const lineQuery = queryOptions({ queryKey: ["line"], queryFn: ({ signal }) => loadLine(signal) });

async function loadLine(signal: AbortSignal): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null = null;
  do {
    const more: { cursor?: string } = cursor === null ? {} : { cursor };
    const query = { state: [...LIVE], order: "asc", limit: PAGE, ...more };
    const page = body(await api.GET("/api/v1/jobs", { params: { query }, signal }));
    useJobs.getState().put(page.items);
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.next_cursor;
  } while (cursor !== null);
  return ids;
}
