import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, renderHook, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { beforeAll, expect, it, vi } from "vitest";
import { useSession } from "@/shared/session";
import { startTexts } from "@/shared/testing/texts";
import texts from "../locales/en.json";
import { UNFILTERED } from "./filters";
import { useChanges } from "./useChanges";
import { useLibrary } from "./useLibrary";

const MANY = 130;

beforeAll(() => startTexts("outputs", texts));

/** The server's answer for a clip; clip 0 is the newest. */
function clip(number: number) {
  return {
    ...{ id: String(number).padStart(3, "0"), kind: "video", name: "", facts: {}, recipe: null },
    ...{ favourite: false, boards: [], trashed_at: null, created_at: 1000 - number },
    urls: { file: "", thumbnail: null, poster: null, proxy: null },
  };
}

it("keeps a clip in the trash of which the page that was on its way knew nothing", async () => {
  useSession.setState({ status: "local" });
  const trashed = new Set<string>();
  const held: (() => void)[] = [];
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input) => {
    const request = input as Request;
    const { pathname, searchParams } = new URL(request.url);
    if (pathname.endsWith("/bulk")) {
      for (const id of ((await request.json()) as { ids: string[] }).ids) trashed.add(id);
      return Response.json({ items: [] });
    }
    const [from, limit] = [Number(searchParams.get("cursor") ?? 0), Number(searchParams.get("limit"))];
    const all = Array.from({ length: MANY }, (_, number) => clip(number)).filter(({ id }) => !trashed.has(id));
    const items = all.slice(from, from + limit);
    const answer = Response.json({ items, next_cursor: from + limit < all.length ? String(from + limit) : null });
    if (from === 0 || held.length > 0) return answer;
    await new Promise<void>((resolve, reject) => {
      held.push(resolve);
      request.signal.addEventListener("abort", () => reject(new DOMException("given up", "AbortError")));
    });
    return answer;
  });
  const queries = new QueryClient();
  const { result } = renderHook(() => ({ library: useLibrary(UNFILTERED), changes: useChanges() }), {
    wrapper: ({ children }: { children: ReactNode }) => (
      <QueryClientProvider client={queries}>{children}</QueryClientProvider>
    ),
  });
  const ids = () => result.current.library.cards.map(({ id }) => id);
  await waitFor(() => expect(ids()).toHaveLength(100));
  await waitFor(() => expect(queries.isFetching()).toBe(0));

  act(() => result.current.library.fetchMore());
  await waitFor(() => expect(held).toHaveLength(1));
  // Beyond the newest few, which are fetched again after each change.
  const trashing = result.current.changes.trash(["080"]);
  held[0]?.();
  await act(() => trashing);
  await waitFor(() => expect(queries.isFetching()).toBe(0));
  expect(ids()).not.toContain("080");
  expect(ids().length).toBeGreaterThanOrEqual(100);
});
