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

/** The looks of the studio; none until they are there. */
export function useLooks() {
  return useQuery({ queryKey: ["looks"], queryFn: listLooks, staleTime: Number.POSITIVE_INFINITY }).data ?? [];
}

/** The ways to write a film, asked for where one is exported: the server tries its encoders first. */
export function useEncodings() {
  return useQuery({ queryKey: ["encodings"], queryFn: listEncodings, staleTime: Number.POSITIVE_INFINITY });
}

const MINUTE_MS = 60_000;

/** The models that are here and can go on from a picture, the usual one first. */
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

/** A project, asked for again when one comes back to it, and when a job ended that may have made a take for it. */
export function useProject(id: string) {
  const queries = useQueryClient();
  const query = useQuery({
    queryKey: projectKey(id),
    queryFn: async ({ signal }) => {
      const fresh = await readProject(id, signal);
      return newest(queries.getQueryData<ProjectAnswer>(projectKey(id)), fresh); // what was edited meanwhile is there now
    },
    structuralSharing: false, // edits share what they did not touch, and films are large
    staleTime: 60_000,
    refetchOnWindowFocus: "always", // another tab or another person may have edited it
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
