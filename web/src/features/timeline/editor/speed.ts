import { reduced, written } from "../model/fraction";

/** Percent as the exact fraction that a project stores: `33.3` is 333/1000; null if the text is no valid speed. */
export function fromPercent(percent: string | number): string | null {
  const text = String(percent).trim();
  if (!/^-?\d{1,6}(\.\d{1,4})?$/.test(text)) return null;
  const [whole = "0", rest = ""] = text.replace("-", "").split(".");
  const over = BigInt(whole + rest) * (text.startsWith("-") ? -1n : 1n);
  return written(reduced(over, 100n * 10n ** BigInt(rest.length)));
}
