import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { configure, fireEvent, render, screen, within } from "@testing-library/react";
import { beforeAll, expect, it, vi } from "vitest";
import { startTexts } from "@/shared/testing/texts";
import texts from "./locales/en.json";
import { People } from "./People";

vi.setConfig({ testTimeout: 60_000 });
configure({ asyncUtilTimeout: 20_000 });

beforeAll(() => startTexts("account", texts));

const OLGA = { id: "o", name: "olga", role: "member", disabled: false, created_at: 0, limits: {} };

it("tells in the dialog what was refused there, and nothing of it the next time", async () => {
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input) => {
    const { method, url } = input as Request;
    if (method === "PATCH")
      return Response.json({ error: { code: "bad_password", message: "Too easy to guess." } }, { status: 422 });
    return Response.json({ items: new URL(url).pathname.endsWith("/users") ? [OLGA] : [] });
  });
  render(
    <MantineProvider>
      <QueryClientProvider client={new QueryClient()}>
        <People mine="a" />
      </QueryClientProvider>
    </MantineProvider>,
  );
  const open = async () => {
    fireEvent.click(await screen.findByRole("button", { name: texts.people.changeOf.replace("{{name}}", "olga") }));
    return await screen.findByRole("dialog");
  };
  const dialog = await open();
  fireEvent.change(within(dialog).getByLabelText(/^New password/), { target: { value: "password" } });
  fireEvent.click(within(dialog).getByRole("button", { name: texts.password.change }));
  expect(await within(dialog).findByText("Too easy to guess.")).toBeInTheDocument();
  fireEvent.click(within(dialog).getByRole("button", { name: "Close" }));
  expect(within(await open()).queryByText("Too easy to guess.")).not.toBeInTheDocument();
});
