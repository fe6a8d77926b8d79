const AT_ONCE = 4;
/** How many requests may wait: after scrolling past thousands of clips only the last ones are needed. */
const MOST_WAITING = 60;

/** Fetches data by asset on first use and calls `changed` when it has arrived. */
export class Fetched<T> {
  /** Null while loading, or if there is none. Ordered by last use. */
  private readonly found = new Map<string, T | null>();
  private readonly waiting: string[] = [];
  private running = 0;

  constructor(
    private readonly load: (asset: string) => Promise<T | null>,
    private readonly changed: () => void,
    /** How many entries are kept; the least recently used go first. */
    private readonly most = 500,
  ) {}

  readonly get = (asset: string): T | null => {
    const thing = this.found.get(asset);
    if (thing !== undefined) {
      this.found.delete(asset);
      this.found.set(asset, thing);
      return thing;
    }
    this.found.set(asset, null);
    this.waiting.push(asset);
    if (this.waiting.length > MOST_WAITING) this.found.delete(this.waiting.shift() ?? "");
    this.next();
    return null;
  };

  private next(): void {
    while (this.running < AT_ONCE) {
      const asset = this.waiting.pop();
      if (asset === undefined) return;
      this.running++;
      void this.load(asset)
        .then((thing) => this.keep(asset, thing))
        .catch(() => {}) // deleted from the library, or without such data: the clip is drawn without it
        .finally(() => {
          this.running--;
          this.next();
        });
    }
  }

  private keep(asset: string, thing: T | null): void {
    if (thing === null) return;
    this.found.set(asset, thing);
    for (const oldest of this.found.keys()) {
      if (this.found.size <= this.most) break;
      this.found.delete(oldest);
    }
    this.changed();
  }
}
