import { useQuery } from "@tanstack/react-query";
import { api, body } from "@/shared/api/client";
import { getAsset, SIGNED_MS } from "@/shared/library";
import { weightsQuery } from "@/shared/weights";
import type { Asset, Model, Preset, Reference, Style } from "../form/types";

const MINUTE_MS = 60_000;

export function useModels() {
  return useQuery({
    queryKey: ["models", "generate"],
    queryFn: async ({ signal }) => body(await api.GET("/api/v1/models", { signal })).items as Model[], // the client turns tuples into arrays
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
  return useQuery({ ...weightsQuery("lora"), staleTime: MINUTE_MS, enabled });
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
