import { useQuery } from "@tanstack/react-query";
import { api, body } from "./api/client";

/** CIEDE2000 that people notice between two pictures that they see one after the other. */
export const NOTICED = 2;
/** More is said about the first so many frames of a longer clip; the server measures no more at a time. */
const MOST = 1200;

/** How steady a clip is: measured when somebody asks, for it takes some seconds. */
export function useContinuity(asset: string, asked: boolean) {
  return useQuery({
    queryKey: ["continuity", asset],
    queryFn: async ({ signal }) => {
      const params = { path: { asset_id: asset }, query: { count: MOST } };
      return body(await api.GET("/api/v1/media/{asset_id}/continuity", { params, signal }));
    },
    enabled: asked,
    staleTime: Number.POSITIVE_INFINITY,
  });
}
