import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, configure, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import axe from "axe-core";
import { createMemoryRouter, RouterProvider } from "react-router";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type Job, useJobs } from "@/shared/live/jobs";
import { useProjectNews } from "@/shared/live/projects";
import { useOffered } from "@/shared/offered";
import { useSession } from "@/shared/session";
import { startTexts } from "@/shared/testing/texts";
import { undo } from "@/shared/undo";
import { routes } from "../index";
import texts from "../locales/en.json";
import fixtures from "../model/fixtures/changes.json";
import { editor, FRESH, useEditor } from "../state/editor";
import { dialogs, useDialogs } from "./dialogs";

const PATIENCE_MS = 20_000;
vi.setConfig({ testTimeout: 3 * PATIENCE_MS });
configure({ asyncUtilTimeout: PATIENCE_MS });

beforeAll(async () => {
  await startTexts("timeline", texts);
  HTMLCanvasElement.prototype.getContext = () => null; // jsdom has no canvas
  URL.createObjectURL = () => "blob:picture";
  URL.revokeObjectURL = () => {};
});

interface Sent {
  path: string;
  body: Record<string, unknown>;
}

const trimmed = fixtures.cases[0];
const standing = { can_undo: false, can_redo: false, stale: ["s1"], unmade: [], to_accept: {} };

/** A server with the film of the fixtures, whose answers to edits each test sets. */
function serve(answers: Record<string, (sent: Sent) => object> = {}): Sent[] {
  const sent: Sent[] = [];
  const usual: Record<string, (sent: Sent) => object> = {
    "GET /api/v1/projects/film": () => ({
      id: "film",
      name: "A film",
      version: 3,
      ...standing,
      project: fixtures.start,
    }),
    "POST /api/v1/projects/film/edits": () => ({ version: 4, ...standing, can_undo: true, change: trimmed?.change }),
    "POST /api/v1/projects/film/undo": () => ({ version: 5, ...standing, can_redo: true, change: trimmed?.undo }),
    "GET /api/v1/media": () => ({ items: [], next_cursor: null }),
    ...answers,
  };
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input) => {
    const request = input as Request;
    const path = `${request.method} ${new URL(request.url).pathname}`;
    const text = await request.text();
    const one = { path, body: text ? JSON.parse(text) : {} };
    sent.push(one);
    const answer = usual[path];
    if (answer === undefined) return json({ error: { code: "not_found", message: "none" } }, 404);
    const body = answer(one);
    return "error" in body ? json(body, 409) : json(body, 200);
  });
  return sent;
}

function json(body: object, status: number): Response {
  return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });
}

function show(): HTMLElement {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const router = createMemoryRouter(routes, { initialEntries: ["/projects/film"] });
  return render(
    <MantineProvider>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>,
  ).container;
}

const clip = (name: RegExp) => screen.findByRole("option", { name });
const edits = (sent: Sent[]) => sent.filter(({ path }) => path.endsWith("/edits")).map(({ body }) => body);

beforeEach(() => {
  useEditor.setState(FRESH);
  useProjectNews.setState({ versions: {} });
  useSession.setState({ status: "local", me: { id: "1", name: "one", role: "member" } });
});

describe("the editor", () => {
  it("shows a film: its tracks, clips and what is out of date, and axe finds nothing", async () => {
    serve();
    const page = show();
    expect(await screen.findByRole("heading", { level: 1, name: "A film" })).toBeInTheDocument();
    const pictures = screen.getByRole("listbox", { name: "Video 1" });
    expect(within(pictures).getAllByRole("option")).toHaveLength(5);
    expect(await clip(/^Snow, 00:00:04:00 to 00:00:06:12, 60 frames, out of date$/)).toBeInTheDocument();
    expect(await clip(/^Boat.*linked$/)).toBeInTheDocument();
    expect(screen.getByRole("group", { name: "Video 2, empty" })).toBeInTheDocument();
    expect(screen.getByRole("button", { name: /Rebuild 1 shot/ })).toBeInTheDocument();
    const { violations } = await axe.run(page, { rules: { "color-contrast": { enabled: false } } });
    expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
  });

  it("has a new take accepted instead of made again", async () => {
    const film = { id: "film", name: "A film", version: 3, project: fixtures.start };
    const sent = serve({
      "GET /api/v1/projects/film": () => ({ ...film, ...standing, to_accept: { s1: "new" } }),
    });
    show();
    fireEvent.click(await screen.findByRole("button", { name: "Accept 1 new take" }));
    await waitFor(() => expect(edits(sent)).toHaveLength(1));
    expect(edits(sent)[0]?.commands).toEqual([{ edit: "accept_take", shot: "s1", asset: "new" }]);
    // After it the server tells of none to accept, as it does of the shot that is still out of date.
    expect(await screen.findByRole("button", { name: /Rebuild 1 shot/ })).toBeEnabled();
    expect(screen.queryByRole("button", { name: /Accept/ })).not.toBeInTheDocument();
  });

  it("asks for no takes while some are being made", async () => {
    serve();
    useJobs.setState({ byId: { job: { id: "job", batch: "film", state: "running" } as Job } });
    show();
    expect(await screen.findByRole("button", { name: /1 take is being made/ })).toBeDisabled();
    act(() => useJobs.setState({ byId: {} }));
    expect(screen.getByRole("button", { name: /Rebuild 1 shot/ })).toBeEnabled();
  });

  it("is cut by keys alone: choose a clip, trim it, and take that back", async () => {
    const sent = serve();
    show();
    const list = await screen.findByRole("listbox", { name: "Video 1" });
    list.focus();
    for (const key of ["Home", "ArrowRight", "ArrowRight"]) fireEvent.keyDown(list, { key });
    expect(await clip(/^Snow/)).toHaveAttribute("aria-selected", "true");
    fireEvent.keyDown(list, { key: "[" });
    await waitFor(() => expect(edits(sent)).toHaveLength(1));
    const trim = { edit: "trim", clip: "v3", edge: "tail", by: -1 };
    expect(edits(sent)[0]).toEqual({ commands: [trim], version: 3, rebase: true });
    expect(await clip(/^Snow, .* 50 frames/)).toBeInTheDocument();
    await undo(); // what Ctrl+Z calls on every page
    expect(await clip(/^Snow, .* 60 frames/)).toBeInTheDocument();
  });

  it("adds a title where there is room above all else, by button, key and palette", async () => {
    const sent = serve();
    show();
    fireEvent.click(await screen.findByRole("button", { name: "Add title" }));
    await waitFor(() => expect(edits(sent)).toHaveLength(1));
    const source = { kind: "title", text: "Title", size: 0.1, colour: "#ffffff" };
    const added = (track: unknown) => ({ track, clip: { id: expect.any(String), duration: 72, source } });
    const [begin, put] = (edits(sent)[0] as { commands: [{ track: string }, object] }).commands;
    expect(begin).toEqual({ edit: "add_track", kind: "video", track: expect.any(String) });
    expect(put).toEqual({ edit: "overwrite", at: 0, clips: [added(begin.track)] });
    act(() => editor.seek(240)); // after all clips
    fireEvent.keyDown(document.body, { key: "T", code: "KeyT", shiftKey: true });
    await waitFor(() => expect(edits(sent)).toHaveLength(2));
    expect(edits(sent)[1]).toMatchObject({ commands: [{ edit: "overwrite", at: 240, clips: [added("V1")] }] });
    expect(useOffered.getState().names).toContain("cutTitle");
    act(() => useOffered.getState().act("cutTitle"));
    await waitFor(() => expect(edits(sent)).toHaveLength(3));
  });

  it("leaves no dialog behind for the film that is opened next", async () => {
    serve();
    show();
    await screen.findByRole("heading", { level: 1 });
    act(dialogs.openExport);
    expect(await screen.findByRole("dialog", { name: "Export" })).toBeInTheDocument();
    cleanup(); // as the browser's Back button does
    expect(useDialogs.getState().exporting).toBe(false);
  });

  it("trims to the playhead, splits and steps by keys", async () => {
    const sent = serve();
    show();
    const list = await screen.findByRole("listbox", { name: "Video 1" });
    list.focus();
    for (const key of ["Home", "ArrowRight", "ArrowRight"]) fireEvent.keyDown(list, { key });
    editor.seek(120);
    fireEvent.keyDown(list, { key: "q" });
    fireEvent.keyDown(list, { key: "b", ctrlKey: true });
    await waitFor(() => expect(edits(sent)).toHaveLength(2));
    expect(edits(sent).map(({ commands }) => commands)).toEqual([
      [{ edit: "ripple_trim", clip: "v3", edge: "head", by: 24 }],
      [{ edit: "razor", frame: 120, track: "V1" }],
    ]);
    fireEvent.keyDown(document.body, { key: "ArrowRight" });
    fireEvent.keyDown(document.body, { key: "s" });
    expect(useEditor.getState().snap).toBe(false);
  });

  it("joins the clips under the playhead for as long as their sources have frames", async () => {
    const sent = serve();
    show();
    await screen.findByRole("listbox", { name: "Video 1" });
    editor.seek(96); // the clip after it begins with the first frame of its source
    fireEvent.keyDown(document.body, { key: "t" });
    await waitFor(() => expect(edits(sent)).toHaveLength(1));
    expect(edits(sent)[0]?.commands).toEqual([
      { edit: "set_transition", left: "v2", right: "v3", before: 0, after: 6, kind: "dissolve" },
    ]);
  });

  it("gives the keys back once a time was typed", async () => {
    const sent = serve();
    show();
    const field = await screen.findByRole("textbox", { name: "Time" });
    field.focus();
    fireEvent.change(field, { target: { value: "120" } });
    fireEvent.keyDown(field, { key: "Enter" });
    expect(field).not.toHaveFocus();
    expect(editor.now().playhead).toBe(120);
    fireEvent.keyDown(document.activeElement ?? document.body, { key: "b", ctrlKey: true });
    await waitFor(() => expect(edits(sent)).toHaveLength(1));
    expect(edits(sent)[0]?.commands).toEqual([{ edit: "razor", frame: 120 }]);
  });

  it("gives a film even sides, for others cannot be exported", async () => {
    const sent = serve();
    show();
    const field = await screen.findByRole("textbox", { name: "Width" });
    fireEvent.change(field, { target: { value: "641" } });
    fireEvent.blur(field);
    await waitFor(() => expect(edits(sent)).toHaveLength(1));
    expect(edits(sent)[0]?.commands).toEqual([{ edit: "set_timeline", width: 640 }]);
  });

  it.each([
    { held: {}, magnet: false, edit: "trim" },
    { held: { altKey: true }, magnet: false, edit: "ripple_trim" },
    { held: {}, magnet: true, edit: "ripple_trim" },
    { held: { altKey: true }, magnet: true, edit: "trim" },
    { held: { ctrlKey: true }, magnet: true, edit: "roll" },
  ])("makes a dragged edge a $edit with $held and the magnet $magnet", async ({ held, magnet, edit }) => {
    const sent = serve();
    show();
    const lane = await screen.findByTestId("lane");
    lane.setPointerCapture = () => {};
    act(() => editor.set({ magnet, snap: false }));
    const at = (frame: number) => ({ clientX: frame * editor.now().scale.zoom, clientY: 100, ...held });
    const end = edit === "roll" ? 48 : 156; // where two clips meet, or the end of the third
    fireEvent.pointerDown(lane, { button: 0, ...at(end) });
    fireEvent.pointerMove(lane, at(end - 10));
    fireEvent.pointerUp(lane, at(end - 10));
    await waitFor(() => expect(edits(sent)).toHaveLength(1));
    expect(edits(sent)[0]).toMatchObject({ commands: [{ edit }] });
  });

  it("has prompts over time, named and set by keys alone", async () => {
    const sent = serve();
    show();
    const list = await screen.findByRole("listbox", { name: "Prompts" });
    list.focus();
    const prompt = await clip(/^Prompt: snow falls, .*, 50 frames, crossfade of 12 frames$/);
    expect(prompt).toHaveAttribute("aria-selected", "true");
    const commit = (name: string, value: string) => {
      const field = screen.getByRole("textbox", { name });
      fireEvent.change(field, { target: { value } });
      fireEvent.blur(field);
    };
    commit("Begins at frame", "90");
    commit("Length in frames", "40");
    commit("Crossfade in frames", "8");
    commit("What is to be seen", "rain");
    fireEvent.keyDown(list, { key: "]" });
    await waitFor(() => expect(edits(sent)).toHaveLength(5));
    expect(edits(sent).flatMap(({ commands }) => commands)).toEqual([
      { edit: "move", clips: ["p1"], to: 90, mode: "overwrite" },
      { edit: "trim", clip: "p1", edge: "tail", by: -10 },
      { edit: "set_prompt", clip: "p1", crossfade: 8 },
      { edit: "set_prompt", clip: "p1", text: "rain" },
      { edit: "trim", clip: "p1", edge: "tail", by: 1 },
    ]);
  });

  it("changes one side of a transition and keeps what was changed of the other just before", async () => {
    const first = { id: "t1", kind: "dissolve", left: "v1", right: "v2", before: 6, after: 6 };
    const step = { path: "transition/V1/t1", before: first, after: { ...first, before: 8 } };
    const sent = serve({
      "POST /api/v1/projects/film/edits": ({ body: { version } }) => ({
        ...{ version: Number(version) + 1, ...standing },
        change: { steps: version === 3 ? [step] : [] },
      }),
    });
    show();
    const list = await screen.findByRole("listbox", { name: "Video 1" });
    list.focus();
    fireEvent.keyDown(list, { key: "Home" });
    const commit = async (name: string, value: string) => {
      const field = await screen.findByRole("textbox", { name });
      fireEvent.change(field, { target: { value } });
      fireEvent.blur(field);
    };
    await commit("Frames before the cut", "8");
    await commit("Frames after the cut", "4"); // sent before the film can render with the first edit
    await waitFor(() => expect(edits(sent)).toHaveLength(2));
    expect(edits(sent)[1]?.commands).toEqual([{ edit: "set_transition", ...first, before: 8, after: 4 }]);
  });

  it("shows the transition of a chosen clip, wherever the playhead is", async () => {
    const transitions = [{ id: "t1", kind: "dissolve", left: "v2", right: "v3", before: 6, after: 6 }];
    const tracks = fixtures.start.timeline.tracks.map((one) => (one.id === "V1" ? { ...one, transitions } : one));
    const project = { ...fixtures.start, timeline: { ...fixtures.start.timeline, tracks } };
    serve({
      "GET /api/v1/projects/film": () => ({ id: "film", name: "A film", version: 3, ...standing, project }),
    });
    show();
    const list = await screen.findByRole("listbox", { name: "Video 1" });
    list.focus();
    for (const key of ["Home", "ArrowRight"]) fireEvent.keyDown(list, { key });
    act(() => editor.seek(48)); // at the clip's other cut, which has none
    const part = await screen.findByRole("region", { name: "Transition at its end" });
    expect(within(part).getByRole("textbox", { name: "Frames before the cut" })).toHaveValue("6");
    fireEvent.keyDown(list, { key: "ArrowRight" });
    expect(await screen.findByRole("region", { name: "Transition at its beginning" })).toBeInTheDocument();
  });

  it("says how a value goes on from each keyframe", async () => {
    const sent = serve();
    show();
    const list = await screen.findByRole("listbox", { name: "Video 1" });
    list.focus();
    for (const key of ["Home", "ArrowRight", "ArrowRight", "ArrowRight"]) fireEvent.keyDown(list, { key });
    const way = await screen.findByRole("combobox", { name: "Opacity: how it goes on from the keyframe" });
    expect(way).toHaveValue("linear");
    act(() => editor.seek(200));
    await waitFor(() => expect(way).toHaveValue("smooth"));
    fireEvent.change(way, { target: { value: "hold" } });
    await waitFor(() => expect(edits(sent)).toHaveLength(1));
    expect(edits(sent)[0]?.commands).toEqual([
      ...[{ edit: "set_keyframe", clip: "v4", parameter: "opacity", frame: 12, value: 1, interpolation: "hold" }],
    ]);
  });

  it("loads the film anew when somebody else changed it", async () => {
    let version = 3;
    const sent = serve({
      "GET /api/v1/projects/film": () => ({
        id: "film",
        name: "A film",
        version,
        ...standing,
        project: fixtures.start,
      }),
      "POST /api/v1/projects/film/edits": () => {
        version = 9;
        return { error: { code: "conflict", message: "It changed." } };
      },
    });
    show();
    const list = await screen.findByRole("listbox", { name: "Video 1" });
    list.focus();
    fireEvent.keyDown(list, { key: "Home" });
    fireEvent.keyDown(list, { key: "d" });
    await waitFor(() => expect(sent.filter(({ path }) => path === "GET /api/v1/projects/film")).toHaveLength(2));
    fireEvent.keyDown(list, { key: "d" });
    await waitFor(() => expect(edits(sent).map(({ version: told }) => told)).toEqual([3, 9]));
  });

  it("shows what was edited elsewhere as soon as it is told of, but not while a clip is dragged", async () => {
    let version = 3;
    const sent = serve({
      "GET /api/v1/projects/film": () => ({
        id: "film",
        name: `Version ${version}`,
        version,
        ...standing,
        project: { ...fixtures.start, name: `Version ${version}` },
      }),
    });
    const asked = () => sent.filter(({ path }) => path === "GET /api/v1/projects/film").length;
    const tell = (of: string, told: number) => act(() => useProjectNews.getState().tell({ id: of, version: told }));
    show();
    const list = await screen.findByRole("listbox", { name: "Video 1" });
    list.focus();
    fireEvent.keyDown(list, { key: "Home" });
    const { selection } = editor.now();
    expect(selection).toHaveLength(1);
    tell("film", 3); // what is here already
    tell("another", 9);
    version = 4;
    tell("film", 4);
    expect(await screen.findByRole("heading", { level: 1, name: "Version 4" })).toBeInTheDocument();
    expect(asked()).toBe(2);
    expect(editor.now().selection).toEqual(selection);

    act(() => editor.set({ ghost: { clips: [], snap: null, command: null } as never }));
    version = 5;
    tell("film", 5);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(asked()).toBe(2);
    act(() => editor.set({ ghost: null }));
    expect(await screen.findByRole("heading", { level: 1, name: "Version 5" })).toBeInTheDocument();
  });

  it("may only be looked at by a viewer", async () => {
    useSession.setState({
      status: "signed-in",
      me: { id: "2", name: "two", role: "viewer" },
      accessToken: "t",
      expiresAt: 9e15,
    });
    const sent = serve();
    show();
    const list = await screen.findByRole("listbox", { name: "Video 1" });
    list.focus();
    fireEvent.keyDown(list, { key: "Delete" });
    expect(screen.queryByRole("button", { name: "Split at the playhead" })).toBeNull();
    expect(edits(sent)).toEqual([]);
  });
});
