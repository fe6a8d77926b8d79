import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { configure, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { beforeAll, beforeEach, expect, it, vi } from "vitest";
import { startTexts } from "@/shared/testing/texts";
import texts from "../locales/en.json";
import { durationOf } from "../model/finding";
import fixtures from "../model/fixtures/changes.json";
import type { Project } from "../model/project";
import { rateOf } from "../model/timecode";
import type { Edits } from "../server/edits";
import { editor, FRESH, useEditor } from "../state/editor";
import { type Film, FilmProvider } from "../state/film";
import { actsOn } from "./acts";
import { BridgeDialog } from "./BridgeDialog";
import { type BridgePlace, dialogs, useDialogs } from "./dialogs";

const PATIENCE_MS = 20_000;
vi.setConfig({ testTimeout: 3 * PATIENCE_MS });
configure({ asyncUtilTimeout: PATIENCE_MS });

const project = fixtures.start as unknown as Project;
const { timeline } = project;
const bridge = vi.fn(async () => true);
const film = {
  ...{ project, timeline, rate: rateOf(timeline), duration: durationOf(timeline), mayWrite: true },
  ...{
    edits: { bridge } as unknown as Edits,
    answer: { id: "film", version: 3, stale: [], unmade: [], to_accept: {} },
  },
} as unknown as Film;

beforeAll(() => startTexts("timeline", texts));
beforeEach(() => {
  dialogs.close();
  useEditor.setState(FRESH);
  bridge.mockClear();
});

function show(place: BridgePlace) {
  const limits = { most_frames: 81, temporal: 4 };
  const model = { installed: true, default: true, tasks: ["t2v", "i2v"], accepts: ["image"], limits };
  const items = [
    {
      ...model,
      name: "other",
      title: "Other",
      default: false,
      accepts: ["image", "last_image"],
      defaults: { frames: 49 },
    },
    { ...model, name: "usual", title: "Usual", defaults: { frames: 33 } },
    { ...model, name: "away", title: "Away", installed: false },
  ];
  vi.spyOn(globalThis, "fetch").mockImplementation(
    async () => new Response(JSON.stringify({ items }), { headers: { "content-type": "application/json" } }),
  );
  render(
    <MantineProvider>
      <QueryClientProvider client={new QueryClient()}>
        <FilmProvider film={film}>
          <BridgeDialog place={place} close={() => {}} />
        </FilmProvider>
      </QueryClientProvider>
    </MantineProvider>,
  );
}

it("finds the gap under the playhead, and the clip that is chosen", () => {
  const acts = actsOn(film);
  editor.seek(170);
  acts.fillGap();
  expect(useDialogs.getState().bridge).toEqual({ edit: "fill_gap", track: "V1", frame: 170 });
  editor.seek(10);
  acts.fillGap();
  expect(useDialogs.getState().bridge).toMatchObject({ track: null });
  editor.select(["v3"]);
  acts.extend();
  expect(useDialogs.getState().bridge).toEqual({ edit: "extend", after: "v3" });
  editor.select(["v5"]);
  acts.extend();
  expect(useDialogs.getState().bridge).toEqual({ edit: "extend", after: null });
});

it("puts a shot into a gap, and offers to make it", async () => {
  show({ edit: "fill_gap", track: "V1", frame: 170 });
  fireEvent.change(await screen.findByRole("textbox", { name: "What it shows" }), { target: { value: "snow melts" } });
  const model = await screen.findByRole("combobox", { name: "Model" });
  await waitFor(() => expect(model).toHaveValue("usual"));
  expect(screen.getByText(/takes no last picture/)).toBeInTheDocument();
  fireEvent.change(model, { target: { value: "other" } });
  expect(screen.queryByText(/takes no last picture/)).toBeNull();
  fireEvent.change(screen.getByRole("textbox", { name: "Frames that are made" }), { target: { value: "17" } });
  fireEvent.click(screen.getByRole("button", { name: "Put it on the track" }));
  expect(await screen.findByRole("button", { name: /Rebuild/ })).toBeInTheDocument();
  expect(bridge).toHaveBeenCalledWith({
    ...{ edit: "fill_gap", track: "V1", frame: 170, prompt: "snow melts", frames: 17, model: "other" },
    shot: expect.stringMatching(/^[0-9a-f]{32}$/),
  });
});

it("says where there is nothing to go on from", async () => {
  show({ edit: "extend", after: null });
  expect(await screen.findByText(/Choose a clip/)).toBeInTheDocument();
});
