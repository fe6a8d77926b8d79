import type { Item, Measurement } from "./queries";

export type Group = Item["group"];

/** First comes what matters most to users whose clip is slow or does not fit. */
export const GROUPS: readonly Group[] = ["quality", "memory", "speed", "machine"];

export function inGroups(items: readonly Item[]): { group: Group; items: Item[] }[] {
  return GROUPS.map((group) => ({ group, items: items.filter((item) => item.group === group) })).filter(
    ({ items }) => items.length > 0,
  );
}

/** Whether there is no choice: fewer than two values are available. */
export function isFixed(item: Item): boolean {
  return item.values.filter((value) => value.available).length < 2;
}

/** Seconds of all stages together. */
export function total(measurement: Measurement): number {
  return Object.values(measurement.seconds).reduce((sum, seconds) => sum + seconds, 0);
}
