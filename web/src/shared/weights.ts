import { queryOptions } from "@tanstack/react-query";
import { api, body } from "@/shared/api/client";

export type WeightsKind = "lora" | "upscaler";

/** Weight files in the library, newest first. */
export const weightsQuery = (kind: WeightsKind) =>
  queryOptions({
    queryKey: ["media", "weights", kind],
    queryFn: async ({ signal }) =>
      body(await api.GET("/api/v1/media", { params: { query: { kind, limit: 200 } }, signal })).items,
  });
