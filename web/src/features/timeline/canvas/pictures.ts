import type { QueryClient } from "@tanstack/react-query";
import { api, body } from "@/shared/api/client";

const AT_ONCE = 4;
const SIGNED_MS = 40 * 60_000;

/** Thumbnails by asset: the first time one is asked for it is fetched, and `changed` is called when it is there. */
export class Pictures {
  private readonly found = new Map<string, HTMLImageElement | null>();
  private readonly waiting: string[] = [];
  private running = 0;

  constructor(
    private readonly queries: QueryClient,
    private readonly changed: () => void,
  ) {}

  readonly get = (asset: string): HTMLImageElement | null => {
    const picture = this.found.get(asset);
    if (picture !== undefined) return picture;
    this.found.set(asset, null);
    this.waiting.push(asset);
    this.next();
    return null;
  };

  private next(): void {
    while (this.running < AT_ONCE) {
      const asset = this.waiting.shift();
      if (asset === undefined) return;
      this.running++;
      void this.load(asset)
        .catch(() => {}) // gone from the library: the clip stays without a picture
        .finally(() => {
          this.running--;
          this.next();
        });
    }
  }

  private async load(asset: string): Promise<void> {
    const { urls } = await this.queries.fetchQuery({
      queryKey: ["media", asset],
      queryFn: async () => body(await api.GET("/api/v1/media/{asset_id}", { params: { path: { asset_id: asset } } })),
      staleTime: SIGNED_MS,
    });
    if (urls.thumbnail === null) return;
    const picture = new Image();
    picture.src = urls.thumbnail;
    await picture.decode();
    this.found.set(asset, picture);
    this.changed();
  }
}
