/** The selected ids, and the last selected one, from which a range extends. */
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

/** Gives everything between the anchor and this item this item's new state: selected or not. */
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

/** The selection without ids that have left the list. */
export function kept(selection: Selection, order: readonly string[]): Selection {
  if (selection.ids.size === 0) return selection;
  const there = new Set(order);
  const ids = [...selection.ids].filter((id) => there.has(id));
  return ids.length === selection.ids.size ? selection : { ids: new Set(ids), anchor: selection.anchor };
}

/** The selected ids in the order of the list. */
export function inOrder({ ids }: Selection, order: readonly string[]): string[] {
  return order.filter((id) => ids.has(id));
}
