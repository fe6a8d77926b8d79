import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, configure, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { createMemoryRouter, RouterProvider } from "react-router";
import { beforeAll, expect, it, vi } from "vitest";
import { useSession } from "@/shared/session";
import { startTexts } from "@/shared/testing/texts";
import texts from "../locales/en.json";
import { ProjectsPage } from "./ProjectsPage";

vi.setConfig({ testTimeout: 60_000 });
configure({ asyncUtilTimeout: 20_000 });

beforeAll(() => startTexts("timeline", texts));

it("opens a film that was made, but for nobody who closed the dialog meanwhile", async () => {
  useSession.setState({ status: "local", me: { id: "1", name: "one", role: "member" } });
  const held: (() => void)[] = [];
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input) => {
    if ((input as Request).method === "GET") return Response.json({ items: [], next_cursor: null });
    await new Promise<void>((resolve) => held.push(resolve));
    return Response.json({ id: "film" });
  });
  const queries = new QueryClient();
  const routes = [
    { path: "projects", element: <ProjectsPage /> },
    { path: "projects/:id", element: "the film" },
  ];
  const router = createMemoryRouter(routes, { initialEntries: ["/projects"] });
  render(
    <MantineProvider>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>,
  );
  const press = async (name: string) => fireEvent.click((await screen.findAllByRole("button", { name }))[0] as Element);
  const make = async (sent: number) => {
    await press("New film");
    expect(screen.getByRole("textbox", { name: "Name" })).toHaveAttribute("maxlength", "100"); // the server's limit
    await press("Create");
    await waitFor(() => expect(held).toHaveLength(sent));
  };
  await make(1);
  await press("Close");
  await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
  await act(async () => held[0]?.());
  await waitFor(() => expect(queries.isMutating()).toBe(0));
  expect(router.state.location.pathname).toBe("/projects");

  await make(2);
  await act(async () => held[1]?.());
  await waitFor(() => expect(router.state.location.pathname).toBe("/projects/film"));
});
