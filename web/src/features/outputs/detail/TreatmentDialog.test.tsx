import { MantineProvider } from "@mantine/core";
import { configure, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import axe from "axe-core";
import { beforeAll, expect, it, vi } from "vitest";
import type { Schemas } from "@/shared/api/client";
import { startTexts } from "@/shared/testing/texts";
import texts from "../locales/en.json";
import { TreatmentDialog } from "./TreatmentDialog";

vi.setConfig({ testTimeout: 60_000 });
configure({ asyncUtilTimeout: 20_000 });

beforeAll(() => startTexts("outputs", texts));

const asset = { id: "0".repeat(32), facts: { frame_rate: "24" } } as unknown as Schemas["AssetAnswer"];

function show() {
  const sent: Record<string, unknown>[] = [];
  vi.spyOn(globalThis, "fetch").mockImplementation(async (request) => {
    sent.push(await (request as Request).json());
    return new Response(JSON.stringify({ items: [] }), { headers: { "content-type": "application/json" } });
  });
  render(
    <MantineProvider>
      <TreatmentDialog asset={asset} start={{}} submitted={() => {}} close={() => {}} />
    </MantineProvider>,
  );
  return sent;
}

it("offers every stage, in the order in which they are applied", async () => {
  show();
  const dialog = await screen.findByRole("dialog");
  const fields = within(dialog).getAllByLabelText(/noise|flicker|colours|Frames a second|Sharpen/);
  const named = fields.filter((field) => field.matches("input:not([type=hidden])"));
  expect(named.map((field) => (field as HTMLInputElement).labels?.[0]?.textContent)).toEqual([
    ...["Take out noise", "Even out flicker", "Hold the colours of its beginning", "Frames a second", "Sharpen"],
  ]);
  const { violations } = await axe.run(dialog, { rules: { "color-contrast": { enabled: false } } });
  expect(violations.map(({ id }) => id)).toEqual([]);
});

it("evens flicker over as many frames as are chosen, by keys alone", async () => {
  const sent = show();
  const flicker = await screen.findByRole("checkbox", { name: "Even out flicker" });
  expect(flicker).toHaveAccessibleDescription(/over 2 to 33 frames/);
  fireEvent.click(flicker);
  const frames = screen.getByRole("slider", { name: "Even out flicker: how much" });
  expect([frames.ariaValueMin, frames.ariaValueMax]).toEqual(["2", "33"]);
  fireEvent.keyDown(frames, { key: "ArrowRight" });
  fireEvent.click(screen.getByRole("button", { name: "Begin" }));
  await waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]).toMatchObject({ kind: "filter", asset: asset.id, deflicker: 10 });
});
