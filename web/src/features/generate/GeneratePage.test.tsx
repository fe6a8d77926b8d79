import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, configure, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import { MemoryRouter } from "react-router";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { useJobs } from "@/shared/live/jobs";
import { useSession } from "@/shared/session";
import { startTexts } from "@/shared/testing/texts";
import { undo } from "@/shared/undo";
import { fromRecipe } from "./form/restore";
import { someModel, someRecipe } from "./form/samples";
import { useForm } from "./form/store";
import { EMPTY_FORM, type Model, type Recipe } from "./form/types";
import { GeneratePage } from "./GeneratePage";
import texts from "./locales/en.json";
import { openDialog, useWork } from "./references/work";

// On two busy cores a page of this size renders in seconds rather than milliseconds.
const PATIENCE_MS = 20_000;
vi.setConfig({ testTimeout: 3 * PATIENCE_MS });
configure({ asyncUtilTimeout: PATIENCE_MS });

beforeAll(async () => {
  await startTexts("generate", texts);
});

interface Sent {
  path: string;
  body: Record<string, unknown>;
  key: string | null;
}

/** A server with one model, whose answers each test case sets. */
function serve(answers: Record<string, (sent: Sent) => unknown> = {}, model: Model = someModel()): Sent[] {
  const sent: Sent[] = [];
  const figures = { vram: 8e9, ram: 1e9, disk: 1e6, seconds: 90, stages: { load: 10, denoise: 60, decode: 20 } };
  const plan = { device: "cuda:0", ...figures, basis: "estimated", fits: true };
  const usual: Record<string, (sent: Sent) => unknown> = {
    "GET /api/v1/models": () => ({ items: [model], next_cursor: null }),
    "GET /api/v1/levels": () => ({ items: [{ name: "draft", steps_factor: 0.5 }], next_cursor: null }),
    "POST /api/v1/jobs/estimate": () => ({
      recipe: someRecipe(),
      installed: true,
      plan: { ...plan, shortage: null, costs_quality: [] },
      alternatives: [],
    }),
    ...answers,
  };
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input) => {
    const request = input as Request;
    const path = `${request.method} ${new URL(request.url).pathname}`;
    const body = request.method === "POST" ? ((await request.json()) as Record<string, unknown>) : {};
    const one = { path, body, key: request.headers.get("idempotency-key") };
    sent.push(one);
    const answer = (usual[path] ?? (() => ({ items: [], next_cursor: null })))(one);
    if (answer instanceof Response) return answer;
    return new Response(JSON.stringify(answer), { headers: { "content-type": "application/json" } });
  });
  return sent;
}

function refusal(status: number, error: object): Response {
  return new Response(JSON.stringify({ error }), { status, headers: { "content-type": "application/json" } });
}

function show(): void {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  render(
    <MantineProvider>
      <QueryClientProvider client={queries}>
        <MemoryRouter>
          <GeneratePage />
        </MemoryRouter>
      </QueryClientProvider>
    </MantineProvider>,
  );
}

const prompt = () => screen.findByLabelText("What does the clip show?");
const write = async (text: string) => fireEvent.change(await prompt(), { target: { value: text } });

beforeEach(() => {
  useForm.setState({ form: EMPTY_FORM });
  useSession.setState({ status: "local", me: { id: "1", name: "one", role: "member" } });
  useJobs.setState({ byId: {} });
});
afterEach(() => vi.restoreAllMocks());

describe("the Generate page", () => {
  it("asks what a clip takes once typing pauses, for the words as they are then", async () => {
    const sent = serve();
    show();
    for (const text of ["a", "a b", "a boat"]) await write(text);
    expect(await screen.findByText("Fits this machine")).toBeInTheDocument();
    await waitFor(() => {
      const estimates = sent.filter(({ path }) => path.endsWith("/estimate"));
      expect(estimates.at(-1)?.body.prompt).toBe("a boat");
      expect(estimates.length).toBeLessThan(4);
    });
  });

  it("leaves no dialog open for whoever comes back", async () => {
    serve();
    show();
    await prompt();
    act(() => openDialog({ kind: "library", role: "image" }));
    expect(await screen.findByRole("dialog")).toBeInTheDocument();
    cleanup(); // as the browser's Back button does
    expect(useWork.getState().dialog).toBeNull();
  });

  it("sends the same key again after a line that broke, and another for another form", async () => {
    let broken = true;
    const sent = serve({
      "POST /api/v1/jobs": () => {
        if (broken) throw new TypeError("network");
        return { items: [], batch: null };
      },
    });
    show();
    await write("a boat");
    const button = await screen.findByRole("button", { name: "Make the clip" });
    const keys = () => sent.filter(({ path }) => path === "POST /api/v1/jobs").map(({ key }) => key);
    fireEvent.click(button);
    await screen.findByRole("button", { name: "Try again" });
    broken = false;
    fireEvent.click(screen.getByRole("button", { name: "Try again" }));
    await screen.findByText(/Queued/);
    await write("another boat");
    fireEvent.click(button);
    await waitFor(() => expect(keys()).toHaveLength(3));
    const [first, second, third] = keys();
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

  it("never sends twice what was pressed twice", async () => {
    const sent = serve({ "POST /api/v1/jobs": () => ({ items: [], batch: null }) });
    show();
    await write("a boat");
    const button = await screen.findByRole("button", { name: "Make the clip" });
    fireEvent.click(button);
    fireEvent.click(button);
    await screen.findByText(/Queued/);
    expect(sent.filter(({ path }) => path === "POST /api/v1/jobs")).toHaveLength(1);
  });

  it("tells what drafts take, and a grid by what each of its cells takes", async () => {
    const plan = { device: "cuda:0", vram: 1, basis: "estimated", costs_quality: [] };
    const sent = serve({
      "POST /api/v1/jobs/estimate": ({ body }) => {
        const frames = (body.frames as number | null) ?? 81;
        const denoise = 10 * frames;
        const figures = { ram: frames * 2 ** 20, disk: frames * 2 ** 20, seconds: 90 + denoise };
        return {
          recipe: someRecipe({ frame_count: frames, steps: 40 }),
          installed: true,
          plan: {
            ...{ ...plan, ...figures, stages: { load: 10, denoise, decode: 80 } },
            ...(frames < 161 ? { fits: true, shortage: null } : { fits: false, shortage: "It needs more memory." }),
          },
          alternatives: [],
        };
      },
    });
    useForm.setState({ form: { ...EMPTY_FORM, draftSteps: 10, seeds: 2 } });
    show();
    const panel = await screen.findByRole("region", { name: "Pre-flight" });
    const value = async (name: string) => (await within(panel).findByText(name)).nextSibling?.textContent;
    expect(await value("Time")).toBe("15 min 0 s");
    expect(await value("Time for all 2 drafts")).toBe("6 min 55 s");

    const axes = [{ parameter: "frames" as const, values: "41 81 161" }];
    act(() => useForm.setState({ form: { ...EMPTY_FORM, axes } }));
    expect(await within(panel).findByText("It needs more memory.")).toBeInTheDocument();
    expect(await value("Time for the first clip")).toBe("8 min 20 s");
    expect(await value("Time for all 3 clips")).toBe("51 min 20 s");
    expect(await value("Memory")).toBe("161 MiB");
    expect(await value("Disk")).toBe("283 MiB");
    expect(sent.filter(({ path }) => path.endsWith("/estimate"))).toHaveLength(4);

    const many = Array.from({ length: 13 }, (_, at) => 1 + 4 * at).join(" ");
    act(() => useForm.setState({ form: { ...EMPTY_FORM, axes: [{ parameter: "frames", values: many }] } }));
    await waitFor(async () => expect(await value("Time for all 13 clips")).toMatch(/^about /));
  });

  it("says of any cell of a grid that it cannot be", async () => {
    const fields = [{ field: "frames", message: "So many frames are too much work." }];
    serve({
      "POST /api/v1/jobs/estimate": ({ body }) =>
        body.frames === 161
          ? refusal(400, { code: "bad_input", message: "no", details: { fields } })
          : {
              recipe: someRecipe(),
              installed: true,
              plan: { fits: true, stages: {}, costs_quality: [] },
              alternatives: [],
            },
    });
    useForm.setState({ form: { ...EMPTY_FORM, axes: [{ parameter: "frames", values: "81 161" }] } });
    show();
    expect(await screen.findByText("So many frames are too much work.")).toBeInTheDocument();
    expect(screen.getByText(texts.preflight.wrong)).toBeInTheDocument();
  });

  it("says what is wrong at its field", async () => {
    const fields = [{ field: "prompt", message: "The prompt holds a control character; remove it." }];
    serve({
      "POST /api/v1/jobs/estimate": () => refusal(400, { code: "bad_prompt", message: "no", details: { fields } }),
    });
    show();
    await write("a boat");
    expect(await screen.findByText(/control character/)).toBeInTheDocument();
    await waitFor(async () => expect(await prompt()).toHaveAccessibleDescription(/control character/));
  });

  it("says what is wrong with the later prompts of a recipe, and removes them", async () => {
    const fields = [{ field: "prompt_track", message: "The prompt track has a mark at frame 20; choose 1 to 16." }];
    const { form } = fromRecipe(
      someRecipe({ prompt_track: [{ frame: 20, prompt: "a storm", crossfade: 0 }] }),
      someModel(),
    );
    useForm.setState({ form: { ...form, frames: 17 } });
    const sent = serve({
      "POST /api/v1/jobs/estimate": ({ body }) =>
        (body.recipe as Recipe).prompt_track
          ? refusal(400, { code: "bad_input", message: "no", details: { fields } })
          : {
              recipe: someRecipe(),
              installed: true,
              plan: { fits: true, stages: {}, costs_quality: [] },
              alternatives: [],
            },
    });
    show();
    expect(await screen.findByText(/mark at frame 20/)).toBeInTheDocument();
    expect(screen.getByText(texts.preflight.wrong)).toBeInTheDocument();
    expect(screen.getByText(/With 1 later prompt,/)).toBeInTheDocument();
    fireEvent.click(screen.getByRole("button", { name: "Remove the later prompts" }));
    expect(await screen.findByText("Fits this machine")).toBeInTheDocument();
    expect(screen.queryByText(/later prompt,/)).toBeNull();
    expect(sent.at(-1)?.body.recipe).not.toHaveProperty("prompt_track");
  });

  it("says what is wrong in the panel where no field on the page is about it", async () => {
    const refused = (field: string) => () =>
      refusal(404, { code: "not_found", message: "It is not here.", details: { fields: [{ field, message: "no" }] } });
    serve({ "POST /api/v1/jobs/estimate": refused("style"), "POST /api/v1/jobs": refused("recipe") });
    show();
    await write("a boat");
    const panel = screen.getByRole("region", { name: "Pre-flight" });
    expect(await within(panel).findByText("It is not here.")).toBeInTheDocument();
    fireEvent.click(screen.getByRole("button", { name: "Make the clip" }));
    await waitFor(() => expect(screen.getAllByText("It is not here.")).toHaveLength(2));
    expect(screen.queryByText(texts.submit.wrong)).toBeNull();
  });

  it("lays what makes a clip fit over the form", async () => {
    const figures = { vram: 8e9, ram: 1e9, disk: 1, seconds: 9, stages: {} };
    const plan = { device: "cuda:0", ...figures, basis: "estimated", costs_quality: [] };
    serve({
      "POST /api/v1/jobs/estimate": () => ({
        recipe: someRecipe(),
        installed: true,
        plan: { ...plan, fits: false, shortage: "It needs more memory." },
        alternatives: [
          {
            name: "frames-33",
            changes: { frames: 33, seconds: null },
            fits: true,
            costs: [{ code: "shorter", from: 81, to: 33 }],
            plan: { ...plan, fits: true, shortage: null },
          },
        ],
      }),
    });
    show();
    await write("a boat");
    fireEvent.click(await screen.findByRole("button", { name: /33 frames instead of 81/ }));
    expect(useForm.getState().form.frames).toBe(33);
  });

  it("shows an enhanced prompt beside the written one, and takes it only when told to", async () => {
    serve({ "POST /api/v1/prompts/enhance": () => ({ prompt: "a boat at {dawn|dusk}", warning: null }) });
    show();
    await write("a boat");
    fireEvent.click(await screen.findByRole("button", { name: "Enhance" }));
    const region = await screen.findByRole("region", { name: "Enhanced prompt" });
    expect(await within(region).findByText("a boat at {dawn|dusk}")).toBeInTheDocument();
    expect(useForm.getState().form.prompt).toBe("a boat");
    await write("a boat, as it was written on");
    fireEvent.click(within(region).getByRole("button", { name: "Use the enhanced one" }));
    expect(useForm.getState().form.prompt).toBe("a boat at \\{dawn\\|dusk\\}");
    await undo();
    expect(useForm.getState().form.prompt).toBe("a boat, as it was written on");
  });

  it("shows only what the model can do", async () => {
    serve({}, someModel({ enhances: false, loras: false, guidance_pair: false, experts: 1, tasks: ["t2v"] }));
    show();
    await prompt();
    expect(screen.queryByRole("button", { name: "Enhance" })).toBeNull();
    expect(screen.queryByText("LoRAs")).toBeNull();
    fireEvent.click(screen.getByRole("button", { name: "Advanced" }));
    expect(await screen.findByLabelText("Guidance")).toBeInTheDocument();
    expect(screen.queryByRole("radio", { name: "A voice" })).toBeNull();
  });

  it("lets steps be saved where the accuracy does, and says what is wrong of it there", async () => {
    const fields = [{ field: "step_cache", message: "Step cache 0.9 is too much." }];
    const made = (accuracy: unknown) => ({
      recipe: someRecipe(accuracy === "fast" ? { accuracy, step_cache: [0.1, 0.2] } : { accuracy: "exact" }),
      installed: true,
      plan: { fits: true, stages: {}, costs_quality: [] },
      alternatives: [],
    });
    const sent = serve({
      "POST /api/v1/jobs/estimate": ({ body }) =>
        body.step_cache ? refusal(400, { code: "bad", message: "no", details: { fields } }) : made(body.accuracy),
    });
    show();
    await write("a boat");
    fireEvent.click(screen.getByRole("button", { name: "Advanced" }));
    const cache = await screen.findByLabelText("Step cache, details");
    await waitFor(() => expect(cache).toBeDisabled());
    expect(cache).toHaveAccessibleDescription(/Exact computes every step/);
    act(() => useForm.getState().change({ accuracy: "fast" }));
    await waitFor(() => expect(cache).toHaveValue("0.1"));
    expect(cache).toBeEnabled();
    fireEvent.change(cache, { target: { value: "0.9" } });
    await waitFor(() => expect(cache).toHaveAccessibleDescription(/too much/));
    expect(sent.at(-1)?.body.step_cache).toEqual([0.9, 0.2]);
  });

  it("may only be looked at by a viewer", async () => {
    useSession.setState({
      status: "signed-in",
      me: { id: "2", name: "two", role: "viewer" },
      accessToken: "t",
      expiresAt: 9e15,
    });
    serve();
    show();
    expect(await prompt()).toBeDisabled();
    expect(screen.getByRole("alert")).toHaveTextContent("You may look, but not make clips");
    expect(screen.queryByRole("button", { name: /Make the clip|Start over/ })).not.toBeInTheDocument();
  });
});
