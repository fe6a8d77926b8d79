const AT_ONCE = 4;
/** Of those that wait, who scrolls past thousands of clips needs the last ones only. */
const MOST_WAITING = 60;

/** Things by asset: the first time one is asked for it is fetched, and `changed` is called when it is there. */
export class Fetched<T> {
  /** Null: it is on its way, or there is none. In the order of when it was last asked for. */
  private readonly found = new Map<string, T | null>();
  private readonly waiting: string[] = [];
  private running = 0;

  constructor(
    private readonly load: (asset: string) => Promise<T | null>,
    private readonly changed: () => void,
    /** How many are kept; those that were not drawn for longest go first. */
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
        .catch(() => {}) // gone from the library, or has none: the clip stays without
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
