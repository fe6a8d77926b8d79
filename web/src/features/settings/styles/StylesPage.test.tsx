import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { configure, fireEvent, render, screen } from "@testing-library/react";
import { MemoryRouter } from "react-router";
import { beforeAll, expect, it, vi } from "vitest";
import { useSession } from "@/shared/session";
import { startTexts } from "@/shared/testing/texts";
import texts from "../locales/en.json";
import { StylesPage } from "./StylesPage";

vi.setConfig({ testTimeout: 60_000 });
configure({ asyncUtilTimeout: 20_000 });

beforeAll(() => startTexts("settings", texts));

it("tells of one style only what was refused of it", async () => {
  useSession.setState({ status: "local", me: { id: "1", name: "one", role: "member" } });
  const styles = ["Noir", "Pastel"].map((name) => ({
    id: name,
    name,
    negative_prompt: "",
    before: "",
    after: "",
    loras: [],
    values: {},
  }));
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input) => {
    const { method, url } = input as Request;
    if (method === "PATCH")
      return Response.json({ error: { code: "conflict", message: "Another style has this name." } }, { status: 409 });
    return Response.json({ items: url.endsWith("/styles") ? styles : [] });
  });
  render(
    <MantineProvider>
      <QueryClientProvider client={new QueryClient()}>
        <MemoryRouter>
          <StylesPage />
        </MemoryRouter>
      </QueryClientProvider>
    </MantineProvider>,
  );
  const press = async (name: string) => fireEvent.click(await screen.findByRole("button", { name }));
  await press("Edit Noir");
  await press("Save");
  expect(await screen.findByText("Another style has this name.")).toBeInTheDocument();
  await press("Cancel");
  await press("Edit Pastel");
  expect(await screen.findByRole("dialog", { name: "Edit Pastel" })).toBeInTheDocument();
  expect(screen.queryByText("Another style has this name.")).not.toBeInTheDocument();
});
