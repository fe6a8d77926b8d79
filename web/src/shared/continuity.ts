import { useQuery } from "@tanstack/react-query";
import { api, body } from "./api/client";

/** The CIEDE2000 difference that people notice between two pictures shown one after the other. */
export const NOTICED = 2;
/** Of a longer clip only the first `MOST` frames are measured, which is the server's limit for one request. */
const MOST = 1200;

/** How steady a clip is; measured only on request, because it takes some seconds. */
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
