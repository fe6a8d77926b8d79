import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, configure, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { createMemoryRouter, RouterProvider } from "react-router";
import { beforeAll, expect, it, vi } from "vitest";
import { useSession } from "@/shared/session";
import { startTexts } from "@/shared/testing/texts";
import { routes } from "../index";
import texts from "../locales/en.json";

vi.setConfig({ testTimeout: 60_000 });
configure({ asyncUtilTimeout: 20_000 });

const ID = "0".repeat(32);
const PICTURE = {
  id: ID,
  kind: "image",
  name: "a boat",
  media_type: "image/png",
  size: 1,
  sha256: "1".repeat(64),
  facts: { width: 8, height: 8 },
  recipe: null,
  claimed_recipe: null,
  job_id: null,
  favourite: false,
  boards: [],
  trashed_at: null,
  created_at: 0,
  urls: { file: "/file", thumbnail: null, poster: null, proxy: null },
};

beforeAll(async () => {
  await startTexts("outputs", texts);
  useSession.setState({ status: "local", me: { id: "1", name: "one", role: "member" } });
});

it("keeps a clip on the page while the studio does not answer, and tells when it is gone", async () => {
  let answer: () => Promise<Response> = async () => Response.json(PICTURE);
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input) => {
    const { pathname } = new URL((input as Request).url);
    if (pathname === `/api/v1/media/${ID}`) return await answer();
    return Response.json({ items: [], next_cursor: null });
  });
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  render(
    <MantineProvider>
      <QueryClientProvider client={queries}>
        <RouterProvider router={createMemoryRouter(routes, { initialEntries: [`/outputs/${ID}`] })} />
      </QueryClientProvider>
    </MantineProvider>,
  );
  const seen = await screen.findByRole("img", { name: "a boat" });
  const asked = () => act(() => queries.invalidateQueries({ queryKey: ["media", ID] }));
  answer = () => Promise.reject(new TypeError("Failed to fetch"));
  await asked();
  await waitFor(() => expect(queries.getQueryState(["media", ID])?.status).toBe("error"));
  expect(seen).toBeInTheDocument();
  answer = async () => Response.json({ error: { code: "not_found", message: "It is gone." } }, { status: 404 });
  await asked();
  expect(await screen.findByRole("heading", { level: 1, name: "This file is not here" })).toBeInTheDocument();
});

it("leads back to the list when a clip went into the trash, but not where that was refused or somebody went on", async () => {
  let refused = true;
  const held: (() => void)[] = [];
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input) => {
    const { pathname } = new URL((input as Request).url);
    if (pathname.endsWith("/bulk")) {
      await new Promise<void>((resolve) => held.push(resolve));
      return refused ? Response.json({ error: { code: "error", message: "No." } }, { status: 409 }) : Response.json({});
    }
    if (pathname.startsWith("/api/v1/media/")) return Response.json({ ...PICTURE, id: pathname.slice(-32) });
    return Response.json({ items: [], next_cursor: null });
  });
  const router = createMemoryRouter(routes, { initialEntries: [`/outputs/${ID}`] });
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  render(
    <MantineProvider>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>,
  );
  const trash = async (answers: number) => {
    await screen.findByRole("img", { name: "a boat" });
    fireEvent.keyDown(window, { key: "Delete" });
    await waitFor(() => expect(held).toHaveLength(answers));
  };
  const answer = () =>
    act(async () => {
      held.at(-1)?.();
      await new Promise((resolve) => setTimeout(resolve, 100)); // for anything that might still happen
    });

  /** The current path, or the one being navigated to. */
  const place = () => (router.state.navigation.location ?? router.state.location).pathname;

  await trash(1);
  await answer();
  expect(place()).toBe(`/outputs/${ID}`);

  refused = false;
  await trash(2);
  const next = `/outputs/${"2".repeat(32)}`;
  await act(() => router.navigate(next));
  await answer();
  expect(place()).toBe(next);

  await trash(3);
  await answer();
  await waitFor(() => expect(place()).toBe("/outputs"));
});
