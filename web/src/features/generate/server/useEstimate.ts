import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, body } from "@/shared/api/client";
import type { Fault } from "@/shared/api/fault";
import type { ClipBody, Estimate } from "../form/types";

const PAUSE_MS = 350;
const FRESH_MS = 30_000;

/** What the clip would take, asked for when typing pauses; an answer that nobody waits for any more is cancelled. */
export function useEstimate(clip: ClipBody | null) {
  // Compared as text: a new object with the same content must not ask again.
  const text = clip === null ? null : JSON.stringify(clip);
  const [settled] = useDebouncedValue(text, PAUSE_MS);
  const query = useQuery<Estimate, Fault>({
    queryKey: ["jobs", "generate", "estimate", settled],
    queryFn: async ({ signal }) =>
      body(await api.POST("/api/v1/jobs/estimate", { body: JSON.parse(settled ?? "{}") as ClipBody, signal })),
    enabled: settled !== null && text !== null,
    placeholderData: keepPreviousData,
    staleTime: FRESH_MS,
    gcTime: FRESH_MS,
  });
  const isOld = settled !== text || query.isPlaceholderData || query.isFetching;
  return { ...query, isOld };
}
