import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { isOver, useJobs } from "@/shared/live/jobs";
import { listEncodings, listLooks, listModels, listProjects, type ProjectAnswer, readProject } from "./calls";
import { newest, projectKey } from "./edits";

export function useProjects() {
  return useInfiniteQuery({
    queryKey: ["projects", "list"],
    queryFn: ({ pageParam, signal }) => listProjects(pageParam || null, signal),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
    staleTime: 0,
  });
}

/** The studio's ready-made looks; empty until loaded. */
export function useLooks() {
  return useQuery({ queryKey: ["looks"], queryFn: listLooks, staleTime: Number.POSITIVE_INFINITY }).data ?? [];
}

/** The ways to encode a film, queried only for exports, because the server first tests its encoders. */
export function useEncodings() {
  return useQuery({ queryKey: ["encodings"], queryFn: listEncodings, staleTime: Number.POSITIVE_INFINITY });
}

const MINUTE_MS = 60_000;

/** The installed models that can continue a picture, the default one first. */
export function useBridgeModels() {
  return useQuery({
    queryKey: ["models", "timeline"],
    queryFn: ({ signal }) => listModels(signal),
    select: (models) =>
      models
        .filter(({ installed, tasks }) => installed && tasks.includes("i2v"))
        .sort((one, other) => Number(other.default) - Number(one.default)),
    staleTime: MINUTE_MS,
  });
}

/** A project, fetched again when the window regains focus or a job ends that may have made a take for it. */
export function useProject(id: string) {
  const queries = useQueryClient();
  const query = useQuery({
    queryKey: projectKey(id),
    queryFn: async ({ signal }) => {
      const fresh = await readProject(id, signal);
      return newest(queries.getQueryData<ProjectAnswer>(projectKey(id)), fresh); // an edit made meanwhile is newer
    },
    structuralSharing: false, // edits share unchanged parts already, and films are large
    staleTime: 60_000,
    refetchOnWindowFocus: "always", // another tab or user may have edited it
  });
  useEffect(() => {
    const over = (byId: ReturnType<typeof useJobs.getState>["byId"]) =>
      Object.values(byId).filter((job) => job.batch === id && isOver(job)).length;
    let before = over(useJobs.getState().byId);
    return useJobs.subscribe(({ byId }) => {
      const now = over(byId);
      if (now > before) void queries.invalidateQueries({ queryKey: projectKey(id) });
      before = now;
    });
  }, [queries, id]);
  return query;
}
