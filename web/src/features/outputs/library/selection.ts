/** What is chosen of a list, and where the last choice was made, from which a range goes on. */
export interface Selection {
  ids: ReadonlySet<string>;
  anchor: string | null;
}

export const NOTHING: Selection = { ids: new Set(), anchor: null };

export function toggled({ ids }: Selection, id: string): Selection {
  const next = new Set(ids);
  if (!next.delete(id)) next.add(id);
  return { ids: next, anchor: id };
}

/** Everything between the last choice and this one is as this one becomes: chosen, or not any more. */
export function ranged(selection: Selection, id: string, order: readonly string[]): Selection {
  const from = selection.anchor === null ? -1 : order.indexOf(selection.anchor);
  const to = order.indexOf(id);
  if (from < 0 || to < 0) return toggled(selection, id);
  const range = order.slice(Math.min(from, to), Math.max(from, to) + 1);
  const next = new Set(selection.ids);
  const choose = !selection.ids.has(id);
  for (const one of range) choose ? next.add(one) : next.delete(one);
  return { ids: next, anchor: id };
}

export function all(order: readonly string[]): Selection {
  return { ids: new Set(order), anchor: order.at(-1) ?? null };
}

/** Without what is not in the list any more. */
export function kept(selection: Selection, order: readonly string[]): Selection {
  if (selection.ids.size === 0) return selection;
  const there = new Set(order);
  const ids = [...selection.ids].filter((id) => there.has(id));
  return ids.length === selection.ids.size ? selection : { ids: new Set(ids), anchor: selection.anchor };
}

/** In the order of the list, as people see it. */
export function inOrder({ ids }: Selection, order: readonly string[]): string[] {
  return order.filter((id) => ids.has(id));
}
