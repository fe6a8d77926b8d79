import type { Schemas } from "@/shared/api/client";

export const KINDS = ["video", "image", "audio"] as const;
export const TASKS = ["t2v", "i2v", "s2v"] as const;
export const ORIGINS = ["made", "given"] as const;
export const ORDERS = ["newest", "oldest"] as const;

export type Kind = Schemas["AssetAnswer"]["kind"];

/** Which part of the library is shown. */
export interface Filters {
  kind: (typeof KINDS)[number];
  search: string;
  model: string | null;
  task: (typeof TASKS)[number] | null;
  favourite: boolean;
  board: string | null;
  trashed: boolean;
  origin: (typeof ORIGINS)[number] | null;
  order: (typeof ORDERS)[number];
}

export const UNFILTERED: Filters = {
  kind: "video",
  search: "",
  model: null,
  task: null,
  favourite: false,
  board: null,
  trashed: false,
  origin: null,
  order: "newest",
};

/** Filters from an address, which anyone may have typed: unknown values are ignored. */
export function fromParams(params: URLSearchParams): Filters {
  const one = <T extends string>(name: string, known: readonly T[]) =>
    known.find((value) => value === params.get(name)) ?? null;
  const board = params.get("board");
  return {
    kind: one("kind", KINDS) ?? "video",
    search: (params.get("search") ?? "").slice(0, 200),
    model: params.get("model")?.slice(0, 100) || null,
    task: one("task", TASKS),
    favourite: params.get("favourite") === "1",
    board: board !== null && /^[0-9a-f]{32}$/.test(board) ? board : null,
    trashed: params.get("trashed") === "1",
    origin: one("origin", ORIGINS),
    order: one("order", ORDERS) ?? "newest",
  };
}

/** Only values that differ from the defaults, so that addresses stay short. */
export function toParams(filters: Filters): URLSearchParams {
  const params = new URLSearchParams();
  for (const name of Object.keys(UNFILTERED) as (keyof Filters)[]) {
    const value = filters[name];
    if (value !== UNFILTERED[name] && value) params.set(name, value === true ? "1" : String(value));
  }
  return params;
}

/** The filters as query parameters for the server. */
export function toQuery(filters: Filters) {
  return { ...filters, search: filters.search.trim() };
}

/** Filters that can be removed one by one; kind, order and place have controls of their own. */
export const CHIPS = ["search", "model", "task", "origin"] as const;
export type Chip = (typeof CHIPS)[number];

export function chipsOf(filters: Filters): Chip[] {
  return CHIPS.filter((name) => Boolean(filters[name]));
}

export function without(filters: Filters, chip: Chip): Filters {
  return { ...filters, [chip]: UNFILTERED[chip] };
}
