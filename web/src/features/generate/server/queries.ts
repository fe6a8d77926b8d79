import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { api, body } from "@/shared/api/client";
import type { Asset, Model, Preset, Reference, Style } from "../form/types";

const MINUTE_MS = 60_000;
/** Signed addresses are good for 50 minutes at the least. */
const SIGNED_MS = 40 * MINUTE_MS;
const PAGE = 48;

export function useModels() {
  return useQuery({
    queryKey: ["models", "generate"],
    queryFn: async ({ signal }) => body(await api.GET("/api/v1/models", { signal })).items as Model[], // the client forgets that pairs are pairs
    staleTime: MINUTE_MS,
  });
}

export function usePresets() {
  return useQuery({
    queryKey: ["presets", "generate"],
    queryFn: async ({ signal }) => body(await api.GET("/api/v1/presets", { signal })).items as Preset[],
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function useLevels() {
  return useQuery({
    queryKey: ["presets", "generate", "levels"],
    queryFn: async ({ signal }) => body(await api.GET("/api/v1/levels", { signal })).items,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function useStyles() {
  return useQuery({
    queryKey: ["styles", "generate"],
    queryFn: async ({ signal }) => body(await api.GET("/api/v1/styles", { signal })).items as Style[],
    staleTime: MINUTE_MS,
  });
}

export function useLoras(enabled: boolean) {
  return useQuery({
    queryKey: ["media", "generate", "loras"],
    queryFn: async ({ signal }) =>
      body(await api.GET("/api/v1/loras", { params: { query: { limit: 200 } }, signal })).items,
    staleTime: MINUTE_MS,
    enabled,
  });
}

export async function getAsset(id: string): Promise<Asset> {
  return body(await api.GET("/api/v1/media/{asset_id}", { params: { path: { asset_id: id } } }));
}

export function useAsset(id: string | null) {
  return useQuery({
    queryKey: ["media", "generate", "asset", id],
    queryFn: () => getAsset(id ?? ""),
    enabled: id !== null,
    staleTime: SIGNED_MS,
  });
}

/** The file of a reference; null where a recipe names one that is not in this library. */
export function useReferenced({ asset, sha256 }: Reference) {
  return useQuery({
    queryKey: ["media", "generate", "reference", asset, sha256],
    queryFn: async () => (asset === null ? findContent(sha256) : getAsset(asset)),
    staleTime: SIGNED_MS,
  });
}

async function findContent(sha256: string): Promise<Asset | null> {
  const found = body(await api.GET("/api/v1/media", { params: { query: { sha256, limit: 1 } } }));
  return found.items[0] ?? null;
}

/** Files of the library, page by page, newest first. */
export function useLibrary(kind: "image" | "video" | "audio", search: string, enabled: boolean) {
  return useInfiniteQuery({
    queryKey: ["media", "generate", "library", kind, search],
    queryFn: async ({ pageParam, signal }) =>
      body(
        await api.GET("/api/v1/media", {
          params: { query: { kind, search, limit: PAGE, ...(pageParam ? { cursor: pageParam } : {}) } },
          signal,
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
    enabled,
  });
}
