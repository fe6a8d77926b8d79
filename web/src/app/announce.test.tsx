import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { act, render, screen } from "@testing-library/react";
import { beforeAll, expect, it } from "vitest";
import { type Job, type JobNews, useJobs } from "@/shared/live/jobs";
import { startTexts } from "@/shared/testing/texts";
import { announceEnd } from "./announce";

beforeAll(() => startTexts("timeline", {}));

const job = { id: "film", kind: "render", state: "succeeded", sequence: 9 };

it("leads from the note of a finished film to the film", async () => {
  render(
    <MantineProvider env="test">
      <Notifications />
    </MantineProvider>,
  );
  act(() => announceEnd({ ...job, error: null } as JobNews));
  expect(await screen.findByText("Film: done")).toBeInTheDocument();
  expect(screen.queryByRole("link")).not.toBeInTheDocument();
  act(() => useJobs.getState().put([{ ...job, result: { asset_ids: ["made"] } } as unknown as Job]));
  expect(await screen.findByRole("link", { name: "Open" })).toHaveAttribute("href", "#/outputs/made");
});
