import { describe, expect, it } from "vitest";
import { UNFILTERED } from "./filters";
import { type Card, type CardPage, changedPages, newIn, withHead, withTail } from "./pages";

const card = (at: number, more: Partial<Card> = {}): Card => ({
  id: String(at).padStart(4, "0"),
  kind: "video",
  name: "",
  prompt: "",
  model: "",
  width: 1,
  height: 1,
  seconds: 1,
  favourite: false,
  boards: [],
  created_at: at,
  trashed: false,
  urls: { file: `/f?${at}`, thumbnail: null, poster: null, proxy: null },
  ...more,
});
const page = (from: number, to: number, next: string | null): CardPage => ({
  cards: Array.from({ length: from - to + 1 }, (_, index) => card(from - index)),
  next,
});
const ids = (pages: CardPage[]) => pages.flatMap((one) => one.cards.map((each) => each.created_at));

describe("pages with a new head", () => {
  const pages = [page(9, 7, "7"), page(6, 4, "4"), page(3, 1, null)];

  it("begin with what is new and keep the rest", () => {
    const now = withHead(pages, page(11, 8, "8"));
    expect(ids(now)).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(now.at(-1)?.next).toBeNull();
    expect(newIn(pages, page(11, 8, "8"))).toEqual(["0011", "0010"]);
  });

  it("lose what is gone from the part that the head tells of", () => {
    const head = { cards: [card(9), card(7), card(6)], next: "6" };
    expect(ids(withHead(pages, head))).toEqual([9, 7, 6, 5, 4, 3, 2, 1]);
  });

  it("keep cards that did not change, so that they are not drawn again", () => {
    const head = { cards: [card(9), card(8, { favourite: true }), card(7)], next: "7" };
    const [first] = withHead(pages, head);
    expect(first?.cards[0]).toBe(pages[0]?.cards[0]);
    expect(first?.cards[1]?.favourite).toBe(true);
  });

  it("are the head alone where that is all there is", () => {
    expect(ids(withHead(pages, page(2, 1, null)))).toEqual([2, 1]);
    expect(withHead([page(9, 8, "8")], page(20, 10, "10"))).toEqual([page(20, 10, "10")]);
    expect(ids(withHead(pages, { cards: [], next: null }))).toEqual([]);
  });
});

describe("pages of the oldest first", () => {
  const oldest = (next: string | null) => [{ cards: [card(1), card(2)], next }];

  it("have what is new at their end", () => {
    expect(ids(withTail(oldest(null), page(4, 1, null)))).toEqual([1, 2, 3, 4]);
  });

  it("stay as they are where their end has not been reached", () => {
    const pages = oldest("2");
    expect(withTail(pages, page(4, 1, null))).toBe(pages);
  });
});

describe("pages with changed cards", () => {
  const pages = [page(4, 3, "3"), page(2, 1, null)];

  it("lose what does not belong into the list any more", () => {
    const now = changedPages(pages, new Set(["0003"]), (one) => ({ ...one, trashed: true }), UNFILTERED);
    expect(ids(now)).toEqual([4, 2, 1]);
    expect(now[1]).toBe(pages[1]);
  });

  it("keep what still does", () => {
    const now = changedPages(pages, new Set(["0002"]), (one) => ({ ...one, favourite: true }), UNFILTERED);
    expect(now[1]?.cards[0]?.favourite).toBe(true);
  });

  it("drop a clip that was taken off the board they show", () => {
    const board = "b".repeat(32);
    const on = [{ cards: [card(2, { boards: [board] }), card(1, { boards: [board] })], next: null }];
    const now = changedPages(on, new Set(["0001"]), (one) => ({ ...one, boards: [] }), { ...UNFILTERED, board });
    expect(ids(now)).toEqual([2]);
  });
});
