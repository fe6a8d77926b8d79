import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, queryOptions, skipToken, useQueries, useQuery } from "@tanstack/react-query";
import { api, body } from "@/shared/api/client";
import type { Fault } from "@/shared/api/fault";
import type { ClipBody, Estimate } from "../form/types";

const PAUSE_MS = 350;
const FRESH_MS = 30_000;

/**
 * Estimates for clips, requested when typing pauses; requests that are no longer needed are cancelled. `data` is the
 * estimate of the first clip and keeps its last value until a new one arrives.
 */
export function useEstimate(clips: ClipBody[]) {
  // Compared as text: a new object with the same content must not send a new request.
  const text = JSON.stringify(clips);
  const [settled] = useDebouncedValue(text, PAUSE_MS);
  const [first, ...others] = JSON.parse(settled) as ClipBody[];
  const query = useQuery({ ...estimateOf(first), enabled: clips.length > 0, placeholderData: keepPreviousData });
  const more = useQueries({ queries: others.map(estimateOf) });
  const all = [query, ...more];
  const wrong = all.find(({ error }) => error !== null);
  return {
    data: query.data,
    others: more.map(({ data }) => data),
    error: wrong?.error ?? null,
    refetch: () => wrong?.refetch(),
    isOld: settled !== text || query.isPlaceholderData || all.some(({ isFetching }) => isFetching),
  };
}

function estimateOf(clip: ClipBody | undefined) {
  return queryOptions<Estimate, Fault>({
    queryKey: ["jobs", "generate", "estimate", clip],
    queryFn:
      clip === undefined
        ? skipToken
        : async ({ signal }) => body(await api.POST("/api/v1/jobs/estimate", { body: clip, signal })),
    staleTime: FRESH_MS,
    gcTime: FRESH_MS,
  });
}
