import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { configure, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { beforeAll, expect, it, vi } from "vitest";
import type { Schemas } from "@/shared/api/client";
import { startTexts } from "@/shared/testing/texts";
import texts from "../locales/en.json";
import { UpscaleDialog } from "./UpscaleDialog";

vi.setConfig({ testTimeout: 60_000 });
configure({ asyncUtilTimeout: 20_000 });

beforeAll(() => startTexts("outputs", texts));

/** Opens the dialog for a clip of this size, and returns what it sends. */
function show(width: number, height: number) {
  const sent: Record<string, unknown>[] = [];
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input) => {
    const request = input as Request;
    if (request.method === "POST") sent.push(await request.json());
    return new Response(JSON.stringify({ items: [] }), { headers: { "content-type": "application/json" } });
  });
  const asset = { id: "0".repeat(32), facts: { width, height } } as unknown as Schemas["AssetAnswer"];
  render(
    <MantineProvider>
      <QueryClientProvider client={new QueryClient()}>
        <UpscaleDialog asset={asset} submitted={() => {}} close={() => {}} />
      </QueryClientProvider>
    </MantineProvider>,
  );
  return sent;
}

it("begins at the first size that players take", async () => {
  const sent = show(4200, 2000);
  expect(await screen.findByRole("radio", { name: /^2 times/ })).toBeDisabled();
  expect(screen.getByRole("radio", { name: /2160p/ })).toBeChecked();
  fireEvent.click(screen.getByRole("button", { name: "Begin" }));
  await waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]).toMatchObject({ kind: "upscale", resolution: "2160p" });
});

it("says so where there is none, and begins nothing", async () => {
  show(8192, 4320);
  expect(await screen.findByText("The clip is as large as players take.")).toBeInTheDocument();
  expect(screen.queryByRole("radio", { checked: true })).toBeNull();
  expect(screen.getByRole("button", { name: "Begin" })).toBeDisabled();
});
