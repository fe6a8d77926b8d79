import type { Schemas } from "@/shared/api/client";

export type Limits = Schemas["UserLimits"];
export type LimitName = keyof Limits;

export const LIMITS: readonly LimitName[] = ["open_jobs", "requests_a_minute", "files", "bytes_kept"];
const GIB = 2 ** 30;

/** The value of a field: bytes as GiB, and empty where the server's own limit applies. */
export function inField(name: LimitName, limits: Limits): number | "" {
  const value = limits[name];
  if (value === undefined || value === null) return "";
  return name === "bytes_kept" ? Math.round((100 * value) / GIB) / 100 : value;
}

/** The limits with the input of one field. */
export function withField(name: LimitName, typed: number | string, limits: Limits): Limits {
  const { [name]: _before, ...others } = limits;
  const value = typed === "" ? Number.NaN : Number(typed);
  if (!Number.isFinite(value)) return others;
  return { ...others, [name]: Math.round(name === "bytes_kept" ? value * GIB : value) };
}
