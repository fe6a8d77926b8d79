import { focusManager, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, renderHook, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { expect, it, vi } from "vitest";
import { useSession } from "@/shared/session";
import type { ProjectAnswer } from "./calls";
import { projectKey } from "./edits";
import { useProject } from "./queries";

it("keeps an edit that was made while the project was asked for again", async () => {
  useSession.setState({ status: "local" });
  const waiting: ((version: number) => void)[] = [];
  vi.spyOn(globalThis, "fetch").mockImplementation(
    () =>
      new Promise((resolve) => {
        waiting.push((version) => resolve(Response.json({ id: "film", version })));
      }),
  );
  const queries = new QueryClient();
  const { result } = renderHook(() => useProject("film"), {
    wrapper: ({ children }: { children: ReactNode }) => (
      <QueryClientProvider client={queries}>{children}</QueryClientProvider>
    ),
  });
  await waitFor(() => expect(waiting).toHaveLength(1));
  waiting[0]?.(3);
  await waitFor(() => expect(result.current.data?.version).toBe(3));

  const again = result.current.refetch();
  await waitFor(() => expect(waiting).toHaveLength(2));
  queries.setQueryData<ProjectAnswer>(projectKey("film"), (now) => now && { ...now, version: 4 });
  waiting[1]?.(3);
  await again;
  expect(queries.getQueryData<ProjectAnswer>(projectKey("film"))?.version).toBe(4);
});

it("shows what was edited elsewhere to whoever comes back", async () => {
  useSession.setState({ status: "local" });
  let version = 3;
  vi.spyOn(globalThis, "fetch").mockImplementation(async () => Response.json({ id: "film", version }));
  const queries = new QueryClient();
  const { result } = renderHook(() => useProject("film"), {
    wrapper: ({ children }: { children: ReactNode }) => (
      <QueryClientProvider client={queries}>{children}</QueryClientProvider>
    ),
  });
  await waitFor(() => expect(result.current.data?.version).toBe(3));

  version = 4;
  act(() => focusManager.setFocused(false));
  act(() => focusManager.setFocused(true));
  await waitFor(() => expect(result.current.data?.version).toBe(4));
});
