import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { api, body, type Schemas } from "@/shared/api/client";
import { isOver, useJobs } from "@/shared/live/jobs";
import { listProjects, type ProjectAnswer, readProject } from "./calls";
import { newest, projectKey } from "./edits";

export type Asset = Schemas["AssetAnswer"];
/** Signed addresses are good for 50 minutes at the least. */
const SIGNED_MS = 40 * 60_000;
const PAGE = 60;

export function useProjects() {
  return useInfiniteQuery({
    queryKey: ["projects", "list"],
    queryFn: ({ pageParam, signal }) => listProjects(pageParam || null, signal),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
    staleTime: 0,
  });
}

/** A project, asked for again when a job ended that may have made a take for it. */
export function useProject(id: string) {
  const queries = useQueryClient();
  const query = useQuery({
    queryKey: projectKey(id),
    queryFn: async ({ signal }) =>
      newest(queries.getQueryData<ProjectAnswer>(projectKey(id)), await readProject(id, signal)),
    structuralSharing: false, // edits share what they did not touch, and films are large
    staleTime: 60_000,
    refetchOnWindowFocus: false,
  });
  useEffect(() => {
    const over = (byId: ReturnType<typeof useJobs.getState>["byId"]) =>
      Object.values(byId).filter((job) => job.kind === "generate" && isOver(job)).length;
    let before = over(useJobs.getState().byId);
    return useJobs.subscribe(({ byId }) => {
      const now = over(byId);
      if (now > before) void queries.invalidateQueries({ queryKey: projectKey(id) });
      before = now;
    });
  }, [queries, id]);
  return query;
}

export type BrowsedKind = "video" | "image" | "audio";

/** Files of the library that can lie on a timeline, newest first. */
export function useLibrary(kind: BrowsedKind, search: string) {
  return useInfiniteQuery({
    queryKey: ["media", "timeline", kind, search],
    queryFn: async ({ pageParam, signal }) =>
      body(
        await api.GET("/api/v1/media", {
          params: { query: { kind, search, limit: PAGE, ...(pageParam ? { cursor: pageParam } : {}) } },
          signal,
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
  });
}

export function useAsset(id: string | null) {
  return useQuery({
    queryKey: ["media", id],
    queryFn: async ({ signal }) =>
      body(await api.GET("/api/v1/media/{asset_id}", { params: { path: { asset_id: id ?? "" } }, signal })),
    enabled: id !== null,
    staleTime: SIGNED_MS,
  });
}
