import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { configure, fireEvent, render, screen, within } from "@testing-library/react";
import axe from "axe-core";
import { beforeAll, expect, it, vi } from "vitest";
import { startTexts } from "@/shared/testing/texts";
import texts from "../locales/en.json";
import { EncodingSelect } from "./EncodingSelect";

vi.setConfig({ testTimeout: 60_000 });
configure({ asyncUtilTimeout: 20_000 });

beforeAll(() => startTexts("timeline", texts));

it("offers what the server has, and says why it has not the others", async () => {
  const items = [
    { name: "h264", reason: null },
    { name: "new-one", reason: null },
    { name: "h264-nvenc", reason: "It needs an NVIDIA GPU." },
  ];
  vi.spyOn(globalThis, "fetch").mockImplementation(
    async () => new Response(JSON.stringify({ items }), { headers: { "content-type": "application/json" } }),
  );
  const choose = vi.fn();
  const page = render(
    <MantineProvider>
      <QueryClientProvider client={new QueryClient()}>
        <EncodingSelect value="h264" choose={choose} />
      </QueryClientProvider>
    </MantineProvider>,
  ).container;
  const field = screen.getByRole("combobox", { name: "Encoding" });
  expect(within(field).getAllByRole("option")).toHaveLength(1);
  await within(field).findByRole("option", { name: "new-one" });
  fireEvent.change(field, { target: { value: "new-one" } });
  expect(choose).toHaveBeenCalledWith("new-one");
  expect(screen.getByText("1 encoding is not on this server")).toBeInTheDocument();
  expect(screen.getByText("H.264 by an NVIDIA GPU: It needs an NVIDIA GPU.")).toBeInTheDocument();
  const { violations } = await axe.run(page, {
    rules: { "color-contrast": { enabled: false }, region: { enabled: false } },
  });
  expect(violations.map(({ id }) => id)).toEqual([]);
});
