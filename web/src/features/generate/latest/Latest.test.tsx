import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, render, screen } from "@testing-library/react";
import { MemoryRouter } from "react-router";
import { beforeAll, expect, it, vi } from "vitest";
import { type Job, useJobs } from "@/shared/live/jobs";
import { useSession } from "@/shared/session";
import { startTexts } from "@/shared/testing/texts";
import texts from "../locales/en.json";
import { Newest } from "./Latest";

beforeAll(async () => {
  await startTexts("generate", texts);
  URL.createObjectURL = () => "blob:picture";
  URL.revokeObjectURL = () => {};
});

function job(id: string, created_at: number, preview: string | null): Job {
  return {
    ...{ id, kind: "generate", state: "running", sequence: 1, created_at, stop_at_step: null, batch: null },
    ...{ recipe: { prompt: id }, result: null, error: null },
    progress: { stage: null, step: 0, of: 0, eta: null, vram: null, preview },
  } as unknown as Job;
}

it("shows nothing of the clip before it where there is nothing yet to see", async () => {
  useSession.setState({ status: "local" });
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input) =>
    (input as Request).url.endsWith("/preview") ? new Response("picture") : Response.json({ items: [] }),
  );
  useJobs.setState({ byId: {}, gone: new Set() });
  useJobs.getState().put([job("a boat", 1, "1")]);
  render(
    <MantineProvider>
      <QueryClientProvider client={new QueryClient()}>
        <MemoryRouter>
          <Newest />
        </MemoryRouter>
      </QueryClientProvider>
    </MantineProvider>,
  );
  expect(await screen.findByRole("img", { name: "Preview: a boat" })).toHaveAttribute("src", "blob:picture");
  act(() => useJobs.getState().put([job("a house", 2, null)]));
  expect(screen.getByText("a house")).toBeInTheDocument();
  expect(screen.queryByRole("img", { name: /^Preview:/ })).not.toBeInTheDocument();
});
