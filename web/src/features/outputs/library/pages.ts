import type { Schemas } from "@/shared/api/client";
import { modelOf, promptOf } from "@/shared/recipe/fields";
import type { Filters } from "./filters";

/** What the gallery keeps of an asset: ten thousand whole recipes would fill the memory. */
export interface Card {
  id: string;
  kind: Schemas["AssetAnswer"]["kind"];
  name: string;
  prompt: string;
  model: string;
  width: number;
  height: number;
  seconds: number;
  favourite: boolean;
  boards: string[];
  created_at: number;
  trashed: boolean;
  urls: Schemas["AssetUrls"];
}

export interface CardPage {
  cards: Card[];
  next: string | null;
}

const PROMPT_KEPT = 300;

export function cardOf(asset: Schemas["AssetAnswer"]): Card {
  const { facts, recipe } = asset;
  return {
    id: asset.id,
    kind: asset.kind,
    name: asset.name,
    prompt: promptOf(recipe).slice(0, PROMPT_KEPT),
    model: modelOf(recipe),
    width: Number(facts.width) || 0,
    height: Number(facts.height) || 0,
    seconds: Number(facts.seconds) || 0,
    favourite: asset.favourite,
    boards: asset.boards,
    created_at: asset.created_at,
    trashed: asset.trashed_at !== null,
    urls: asset.urls,
  };
}

/** Whether a changed card still belongs to its list. */
export function fits(card: Card, filters: Filters): boolean {
  return (
    card.trashed === filters.trashed &&
    (!filters.favourite || card.favourite) &&
    (filters.board === null || card.boards.includes(filters.board))
  );
}

/** Pages with some cards changed, and without those that no longer belong. */
export function changedPages(
  pages: CardPage[],
  ids: ReadonlySet<string>,
  change: (card: Card) => Card,
  filters: Filters,
): CardPage[] {
  return pages.map((page) =>
    page.cards.some((card) => ids.has(card.id))
      ? {
          ...page,
          cards: page.cards
            .map((card) => (ids.has(card.id) ? change(card) : card))
            .filter((card) => fits(card, filters)),
        }
      : page,
  );
}

/**
 * Pages updated from the newest part of the list: the head replaces everything down to its last card, and the rest
 * stays. So a new clip costs one small request, however far the user has scrolled.
 */
export function withHead(pages: CardPage[], head: CardPage): CardPage[] {
  const last = head.cards.at(-1);
  if (last === undefined || head.next === null) return [head];
  const newest = pages[0]?.cards[0];
  // So much is new that the head does not reach the known cards: there may be a gap.
  if (newest === undefined || isAfter(newest, last)) return [head];
  const known = new Map(pages.flatMap((page) => page.cards.map((card) => [card.id, card])));
  const fresh = head.cards.map((card) => {
    const before = known.get(card.id);
    return before !== undefined && same(before, card) ? before : card;
  });
  const rest = pages
    .map((page) => ({ ...page, cards: page.cards.filter((card) => isAfter(card, last)) }))
    .filter((page, index) => page.cards.length > 0 || index === pages.length - 1);
  // The pages after the head keep their cursors.
  if (rest.every((page) => page.cards.length === 0)) return [{ cards: fresh, next: head.next }];
  return [{ cards: fresh, next: head.next }, ...rest];
}

/** Pages ordered oldest first, with new cards appended if the end of the list is already loaded. */
export function withTail(pages: CardPage[], head: CardPage): CardPage[] {
  const last = pages.at(-1);
  if (last === undefined || last.next !== null) return pages;
  const fresh = new Set(newIn(pages, head));
  const added = head.cards.filter((card) => fresh.has(card.id)).reverse();
  return added.length === 0 ? pages : [...pages.slice(0, -1), { ...last, cards: [...last.cards, ...added] }];
}

/** Ids of the head's cards that the pages lack. */
export function newIn(pages: CardPage[], head: CardPage): string[] {
  const known = new Set(pages.flatMap((page) => page.cards.map((card) => card.id)));
  return head.cards.map((card) => card.id).filter((id) => !known.has(id));
}

function isAfter(card: Card, last: Card): boolean {
  return card.created_at < last.created_at || (card.created_at === last.created_at && card.id < last.id);
}

/** Keeps unchanged cards from rendering again; signed URLs, which change with every answer, do not count. */
function same(one: Card, other: Card): boolean {
  const words = ({ urls, ...card }: Card) =>
    JSON.stringify([card, urls.proxy === null, urls.thumbnail === null, urls.poster === null]);
  return words(one) === words(other);
}
