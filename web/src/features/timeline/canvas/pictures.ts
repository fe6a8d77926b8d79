import type { QueryClient } from "@tanstack/react-query";
import { assetQuery } from "@/shared/library";

const AT_ONCE = 4;

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
    const { urls } = await this.queries.fetchQuery(assetQuery(asset));
    if (urls.thumbnail === null) return;
    const picture = new Image();
    picture.src = urls.thumbnail;
    await picture.decode();
    this.found.set(asset, picture);
    this.changed();
  }
}
