/** Minimum and maximum of both channels together over time, from -127 to 127. */
export interface Waveform {
  low: Int8Array;
  high: Int8Array;
  perSecond: number;
}

const HEADER_BYTES = 16;
const CHANNELS = 2;
/** At most this many bins are read per pixel: zoomed out, a pixel covers thousands. */
const MOST_LOOKED_AT = 16;

/** Reads the server's format: `AXPK`, version, channels, bins per second, bins, then low and high per channel. */
export function waveformOf(content: ArrayBuffer): Waveform | null {
  const view = new DataView(content);
  if (content.byteLength < HEADER_BYTES || view.getUint32(0) !== 0x4158504b) return null;
  const [version, channels] = [view.getUint16(4, true), view.getUint16(6, true)];
  const [perSecond, count] = [view.getUint32(8, true), view.getUint32(12, true)];
  if (version !== 1 || channels !== CHANNELS || content.byteLength !== HEADER_BYTES + 4 * count) return null;
  const bins = new Int8Array(content, HEADER_BYTES);
  const [low, high] = [new Int8Array(count), new Int8Array(count)];
  for (let bin = 0; bin < count; bin++) {
    low[bin] = Math.min(bins[4 * bin] ?? 0, bins[4 * bin + 2] ?? 0);
    high[bin] = Math.max(bins[4 * bin + 1] ?? 0, bins[4 * bin + 3] ?? 0);
  }
  return { low, high, perSecond };
}

/** Minimum and maximum between two times in seconds, in either order; silence outside the sound. */
export function between({ low, high, perSecond }: Waveform, one: number, other: number): readonly [number, number] {
  const first = Math.max(0, Math.floor(Math.min(one, other) * perSecond));
  const end = Math.min(low.length, Math.max(first + 1, Math.ceil(Math.max(one, other) * perSecond)));
  const step = Math.max(1, Math.floor((end - first) / MOST_LOOKED_AT));
  let [least, most] = [0, 0];
  for (let bin = first; bin < end; bin += step) {
    least = Math.min(least, low[bin] ?? 0);
    most = Math.max(most, high[bin] ?? 0);
  }
  return [least, most];
}
