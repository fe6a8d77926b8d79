import { useState } from "react";
import type { Schemas } from "@/shared/api/client";

type Asset = Schemas["AssetAnswer"];

/**
 * The URL that a player uses. With accounts every answer signs URLs anew, which must not restart a playing clip. Only
 * if the URL does not play, the newest one is used, and after that the proxy.
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
