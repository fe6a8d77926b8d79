/** Series for the charts, from the server's samples. */

/** One sample, which may lack values: an older server, or a machine without a GPU, reports less. */
export type Sample = Record<string, unknown>;

export const CHARTS = ["gpu", "vram", "cpu", "ram", "disk"] as const;
export type ChartName = (typeof CHARTS)[number];

export interface Series {
  name: ChartName;
  /** Seconds since 1970. */
  at: number[];
  /** From 0 to 1; null where nothing was measured. */
  share: (number | null)[];
  /** The latest value, in bytes for memory and disk. */
  used: number | null;
  total: number | null;
}

/** The series of a chart; null if the samples lack it. */
export function seriesOf(name: ChartName, samples: readonly Sample[]): Series | null {
  const isShare = name === "gpu" || name === "cpu";
  const share = samples.map((sample) => (isShare ? numberIn(sample, name) : part(sample, name)));
  const latest = samples.at(-1);
  if (latest === undefined || share.every((one) => one === null)) return null;
  return {
    name,
    at: samples.map((sample) => numberIn(sample, "at") ?? 0),
    share,
    used: isShare ? null : numberIn(latest, `${name}_used`),
    total: isShare ? null : numberIn(latest, `${name}_total`),
  };
}

export interface Summary {
  now: number;
  most: number;
  /** Seconds that the samples cover. */
  over: number;
}

export function summaryOf(series: Series): Summary {
  const known = series.share.filter((one) => one !== null);
  const [first = 0] = series.at;
  return { now: known.at(-1) ?? 0, most: Math.max(0, ...known), over: (series.at.at(-1) ?? first) - first };
}

function part(sample: Sample, name: string): number | null {
  const total = numberIn(sample, `${name}_total`);
  const used = numberIn(sample, `${name}_used`);
  return total === null || used === null || total <= 0 ? null : used / total;
}

function numberIn(sample: Sample, name: string): number | null {
  const value = sample[name];
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}
