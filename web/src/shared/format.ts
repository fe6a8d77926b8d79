import type { TFunction } from "i18next";
import { language } from "./i18n";

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

/** A size in bytes for display: `1.5 GiB`. */
export function bytes(count: number): string {
  const power = count < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(count) / 10));
  const value = count / 2 ** (10 * power);
  return `${number(value, value < 10 && power > 0 ? 1 : 0)} ${UNITS[power]}`;
}

export function number(value: number, digits = 0): string {
  return new Intl.NumberFormat(language(), { maximumFractionDigits: digits, minimumFractionDigits: digits }).format(
    value,
  );
}

/** A duration for display: `8 ms`, `42 s`, `3 min 20 s`, `2 h 5 min`. */
export function duration(seconds: number, t: TFunction<"shared">): string {
  const whole = Math.round(seconds);
  if (seconds > 0 && seconds < 0.1) return t("time.milliseconds", { milliseconds: number(1000 * seconds, 0) });
  if (seconds < 10) return t("time.seconds", { seconds: number(seconds, 1) });
  if (whole < 60) return t("time.seconds", { seconds: whole });
  if (whole < 3600) return t("time.minutes", { minutes: Math.floor(whole / 60), seconds: whole % 60 });
  return t("time.hours", { hours: Math.floor(whole / 3600), minutes: Math.floor((whole % 3600) / 60) });
}

/** Date and time for display, from seconds since 1970. */
export function moment(at: number): string {
  return new Intl.DateTimeFormat(language(), { dateStyle: "medium", timeStyle: "short" }).format(at * 1000);
}

/** How long ago a moment was: `3 minutes ago`. */
export function ago(at: number, now = Date.now() / 1000): string {
  const past = at - now;
  const [unit, size] = (
    [
      ["day", 86_400],
      ["hour", 3600],
      ["minute", 60],
      ["second", 1],
    ] as const
  ).find(([, size]) => Math.abs(past) >= size) ?? ["second", 1];
  return new Intl.RelativeTimeFormat(language(), { numeric: "auto" }).format(Math.round(past / size), unit);
}

/** A frame rate as a number, from `16` or `24000/1001`. */
export function rate(text: string): number {
  const [over, under] = text.split("/").map(Number);
  return (over ?? 0) / (under ?? 1);
}
