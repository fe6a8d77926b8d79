import { useState } from "react";
import type { Schemas } from "@/shared/api/client";

type Asset = Schemas["AssetAnswer"];

/**
 * The address that a player plays. With accounts every answer signs addresses anew, which must not begin a clip again
 * in the middle; only where one does not play, a newer one is taken, and after that the proxy.
 */
export function useSteadySource(asset: Asset, refetch: () => Promise<{ data?: Asset | undefined }>) {
  const [src, setSrc] = useState(asset.urls.file);
  const onFault = async () => {
    const { data } = await refetch();
    if (data === undefined) return;
    if (data.urls.file !== src && src !== data.urls.proxy) setSrc(data.urls.file);
    else if (data.urls.proxy !== null) setSrc(data.urls.proxy);
  };
  return { src, onFault: () => void onFault() };
}
