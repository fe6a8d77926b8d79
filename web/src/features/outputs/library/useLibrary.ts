import {
  type InfiniteData,
  keepPreviousData,
  type QueryClient,
  useInfiniteQuery,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { useCallback, useEffect, useMemo } from "react";
import { api, body } from "@/shared/api/client";
import { type Filters, toQuery } from "./filters";
import { type Card, type CardPage, cardOf, changedPages, newIn, withHead, withTail } from "./pages";

type Pages = InfiniteData<CardPage, string | null>;

const PAGE = 100;
const HEAD = 60;
/** Below the 50 minutes for which URLs of files are signed. */
const FRESH_MS = 40 * 60_000;

/** Not under "media": there, each event would refetch every loaded page. The head below is, and brings what is new. */
const LISTS = "library";
const HEADS = ["media", "head"] as const;
const listKey = (filters: Filters) => [LISTS, filters] as const;

async function fetchPage(
  filters: Filters,
  cursor: string | null,
  limit: number,
  signal: AbortSignal,
): Promise<CardPage> {
  const query = { ...toQuery(filters), limit, ...(cursor === null ? {} : { cursor }) };
  const page = body(await api.GET("/api/v1/media", { params: { query }, signal }));
  return { cards: page.items.map(cardOf), next: page.next_cursor };
}

export interface Library {
  cards: Card[];
  /** Ids of clips that arrived while the user was further down the list. */
  fresh: string[];
  showFresh: () => void;
  more: boolean;
  fetchMore: () => void;
  loading: boolean;
  fetchingMore: boolean;
  error: Error | null;
  retry: () => void;
}

const NO_PAGES: CardPage[] = [];

/** The clips that pass the filters, as far as the user has scrolled. */
export function useLibrary(filters: Filters): Library {
  const queries = useQueryClient();
  const list = useInfiniteQuery({
    queryKey: listKey(filters),
    queryFn: ({ pageParam, signal }) => fetchPage(filters, pageParam, PAGE, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    staleTime: FRESH_MS,
    refetchInterval: FRESH_MS,
  });
  const pages = list.data?.pages ?? NO_PAGES;
  const head = useHead(filters, list.isSuccess);
  const newest = filters.order === "newest";
  const cards = useMemo(() => pages.flatMap((page) => page.cards), [pages]);
  const fresh = useMemo(() => (head === undefined || !newest ? [] : newIn(pages, head)), [pages, head, newest]);

  const showFresh = useCallback(() => {
    if (head === undefined) return;
    queries.setQueryData<Pages>(listKey(filters), (now) => merged(now, head, filters));
  }, [queries, filters, head]);
  useEffect(() => {
    // Further down, cards must not jump away below the pointer: a button offers the new ones instead.
    if (fresh.length === 0 || window.scrollY < window.innerHeight / 2) showFresh();
  }, [fresh.length, showFresh]);

  return {
    cards,
    fresh,
    showFresh,
    more: list.hasNextPage,
    fetchMore: useCallback(() => void list.fetchNextPage({ cancelRefetch: false }), [list.fetchNextPage]),
    loading: list.isPending,
    fetchingMore: list.isFetchingNextPage,
    error: list.error,
    retry: () => void (list.isFetchNextPageError ? list.fetchNextPage() : list.refetch()),
  };
}

/** The newest few clips, fetched again whenever a job ends. */
function useHead(filters: Filters, enabled: boolean): CardPage | undefined {
  const { data } = useQuery({
    queryKey: [...HEADS, filters],
    queryFn: ({ signal }) => fetchPage({ ...filters, order: "newest" }, null, HEAD, signal),
    enabled,
    staleTime: 0,
    refetchOnWindowFocus: false,
  });
  return data;
}

function merged(now: Pages | undefined, head: CardPage, { order }: Filters): Pages | undefined {
  if (now === undefined) return now;
  if (order === "oldest") return { ...now, pages: withTail(now.pages, head) };
  const pages = withHead(now.pages, head);
  return { pages, pageParams: pages.map((_, index) => (index === 0 ? null : (pages[index - 1]?.next ?? null))) };
}

/**
 * Applies a change to every cached list at once; lists that are not shown are fetched again when they are. Requests in
 * flight do not know of the change and are cancelled. Returns whether a list was in flight, and so has to be fetched
 * again.
 */
export function changeCards(queries: QueryClient, ids: readonly string[], change: (card: Card) => Card): boolean {
  const changing = new Set(ids);
  const late = queries.isFetching({ queryKey: [LISTS] }) > 0;
  void queries.cancelQueries({ queryKey: HEADS });
  // Without data it would keep waiting for the cancelled request.
  void queries.cancelQueries({ queryKey: [LISTS], predicate: ({ state }) => state.data !== undefined });
  for (const query of queries.getQueryCache().findAll({ queryKey: HEADS })) {
    const filters = query.queryKey[HEADS.length] as Filters;
    queries.setQueryData<CardPage>(query.queryKey, (now) =>
      now === undefined ? now : changedPages([now], changing, change, filters)[0],
    );
  }
  for (const query of queries.getQueryCache().findAll({ queryKey: [LISTS] })) {
    const filters = query.queryKey[1] as Filters;
    queries.setQueryData<Pages>(query.queryKey, (now) =>
      now === undefined ? now : { ...now, pages: changedPages(now.pages, changing, change, filters) },
    );
  }
  return late;
}

/** After a change that may have put cards into lists that lacked them. */
export async function refreshLists(queries: QueryClient, everything: boolean): Promise<void> {
  await Promise.all([
    queries.invalidateQueries({ queryKey: [LISTS], refetchType: everything ? "active" : "none" }),
    queries.invalidateQueries({ queryKey: ["media"] }),
    queries.invalidateQueries({ queryKey: ["boards"] }),
  ]);
}

export function useSummary() {
  return useQuery({
    queryKey: ["media", "summary"],
    queryFn: async ({ signal }) => body(await api.GET("/api/v1/media/summary", { signal })),
    placeholderData: keepPreviousData,
  });
}

export function useBoards() {
  return useQuery({
    queryKey: ["boards"],
    queryFn: async ({ signal }) => body(await api.GET("/api/v1/boards", { signal })).items,
  });
}

export function useAsset(id: string) {
  return useQuery({
    queryKey: ["media", id],
    queryFn: async ({ signal }) =>
      body(await api.GET("/api/v1/media/{asset_id}", { params: { path: { asset_id: id } }, signal })),
    staleTime: 60_000,
  });
}
