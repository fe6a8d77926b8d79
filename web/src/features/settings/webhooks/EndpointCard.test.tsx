import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { configure, fireEvent, render, screen } from "@testing-library/react";
import { MemoryRouter } from "react-router";
import { beforeAll, expect, it, vi } from "vitest";
import { useSession } from "@/shared/session";
import { startTexts } from "@/shared/testing/texts";
import texts from "../locales/en.json";
import { WebhooksPage } from "./WebhooksPage";

vi.setConfig({ testTimeout: 60_000 });
configure({ asyncUtilTimeout: 20_000 });

beforeAll(async () => {
  await startTexts("settings", texts);
  useSession.setState({ status: "local", me: { id: "1", name: "one", role: "admin" } });
});

const URL_TOLD = "https://studio.example/told";
const ENDPOINT = { id: "e", url: URL_TOLD, events: ["job.completed"], enabled: true, secret_hint: "…1234" };
const SENT = {
  event_id: "1",
  event: "job.completed",
  state: "delivered",
  attempts: 1,
  last_status: 204,
  last_error: null,
};

it("shows what became of a test that was sent", async () => {
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input) => {
    const { method, url } = input as Request;
    if (method === "POST") return Response.json({});
    return Response.json({ items: url.includes("deliveries") ? [{ ...SENT, created_at: 0 }] : [ENDPOINT] });
  });
  render(
    <MantineProvider>
      <QueryClientProvider client={new QueryClient()}>
        <MemoryRouter>
          <WebhooksPage />
        </MemoryRouter>
      </QueryClientProvider>
    </MantineProvider>,
  );
  fireEvent.click(await screen.findByRole("button", { name: texts.webhooks.testOf.replace("{{url}}", URL_TOLD) }));
  expect(await screen.findByRole("row", { name: /204/ })).toBeInTheDocument();
});
