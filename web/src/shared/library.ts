import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { api, body, type Schemas } from "./api/client";

export type Asset = Schemas["AssetAnswer"];
/** Kinds of files that a picker may offer. */
export type LibraryKind = "image" | "video" | "audio";

/** How long signed URLs are used; the server signs them for at least 50 minutes. */
export const SIGNED_MS = 40 * 60_000;
const PAGE = 60;

export async function getAsset(id: string): Promise<Asset> {
  return body(await api.GET("/api/v1/media/{asset_id}", { params: { path: { asset_id: id } } }));
}

export const assetQuery = (id: string) => ({
  queryKey: ["media", "asset", id],
  queryFn: () => getAsset(id),
  staleTime: SIGNED_MS,
});

export function useAsset(id: string | null) {
  return useQuery({ ...assetQuery(id ?? ""), enabled: id !== null });
}

/** Library files for a picker, page by page, newest first. */
export function useLibrary(kind: LibraryKind | "look", search: string) {
  return useInfiniteQuery({
    queryKey: ["media", "library", kind, search],
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
