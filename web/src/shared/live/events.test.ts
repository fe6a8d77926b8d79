import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { useConnection } from "@/shared/connection";
import { useSession } from "@/shared/session";
import { LiveEvents } from "./events";
import { type Job, useJobs } from "./jobs";
import { useProjectNews } from "./projects";

/** A WebSocket whose other end the test controls. */
class Line {
  static readonly OPEN = 1;
  static all: Line[] = [];
  static get last(): Line {
    return Line.all.at(-1) as Line;
  }
  readyState = 0;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  sent: string[] = [];
  constructor(readonly address: string) {
    Line.all.push(this);
  }
  send(text: string): void {
    this.sent.push(text);
  }
  /** The other end does not answer the close frame. */
  close(): void {
    this.readyState = 2;
  }
  say(message: object): void {
    this.readyState = 1;
    this.onmessage?.({ data: JSON.stringify(message) });
  }
  break(): void {
    this.readyState = 3;
    this.onclose?.();
  }
}

const job = (id: string, changes: Partial<Job> = {}): Job =>
  ({ id, kind: "generate", state: "running", sequence: 3, result: null, ...changes }) as Job;
const ids = () => Object.keys(useJobs.getState().byId).sort();
const stateOf = (id: string) => useJobs.getState().byId[id]?.state;

/** The server's jobs; null while it does not answer at all. */
let studio: Job[] | null;
let asked: string[];
let live: LiveEvents;

function answer(path: string, query: URLSearchParams): Response {
  if (studio === null) throw new TypeError("Failed to fetch");
  if (path === "/api/v1/jobs") {
    const open = studio.filter(({ state }) => !["succeeded", "failed"].includes(state));
    const [start, limit] = [Number(query.get("cursor") ?? 0), Number(query.get("limit"))];
    const next = start + limit < open.length ? String(start + limit) : null;
    return Response.json({ items: open.slice(start, start + limit), next_cursor: next });
  }
  const found = studio.find(({ id }) => path.endsWith(id));
  return found
    ? Response.json(found)
    : Response.json({ error: { code: "not_found", message: "none" } }, { status: 404 });
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", Line);
  Line.all = [];
  [studio, asked] = [[], []];
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input) => {
    const { pathname, searchParams } = new URL((input as Request).url);
    asked.push(pathname);
    return answer(pathname, searchParams);
  });
  useSession.setState({ status: "local" });
  useConnection.setState({ status: "open", listens: true });
  useJobs.setState({ byId: {}, gone: new Set() });
  live = new LiveEvents(new QueryClient());
  live.start();
});

afterEach(() => {
  live.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** `AbortSignal.timeout` by the clock of the test. */
function hastened(ms: number): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => controller.abort(new DOMException("It took too long.", "TimeoutError")), ms);
  return controller.signal;
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe("a line that breaks", () => {
  it("is no lost studio as long as questions are answered, and is told of when none gets through", async () => {
    const told = new Set<string>();
    const leave = useConnection.subscribe(({ status }) => told.add(status));
    useJobs.getState().put([job("a")]);
    for (let failed = 0; failed < 2; failed++) {
      Line.last.break();
      await pass(1000);
    }
    expect(useConnection.getState().listens).toBe(true);
    studio = [job("a", { state: "succeeded", sequence: 9 }), job("b")];
    Line.last.break();
    await pass(0);
    expect(useConnection.getState().listens).toBe(false);
    expect([stateOf("a"), stateOf("b")]).toEqual(["succeeded", "running"]);
    await pass(2000);
    Line.last.say({ type: "snapshot", seq: 1, jobs: [job("b")], complete: true });
    expect(useConnection.getState().listens).toBe(true);
    expect([...told]).toEqual(["open"]);
    leave();
  });

  it("is a lost studio where nothing answers, until something does", async () => {
    studio = null;
    Line.last.break();
    await pass(0);
    expect(useConnection.getState().status).toBe("lost");
    await pass(500);
    Line.last.say({ type: "snapshot", seq: 1, jobs: [], complete: true });
    expect(useConnection.getState().status).toBe("open");
  });

  it("is a lost studio too where it swallows everything in silence", async () => {
    vi.spyOn(AbortSignal, "timeout").mockImplementation(hastened);
    vi.mocked(globalThis.fetch).mockImplementation(
      (input) =>
        new Promise((_, reject) => {
          const { signal } = input as Request;
          signal.addEventListener("abort", () => reject(signal.reason));
        }),
    );
    Line.last.say({ type: "snapshot", seq: 1, jobs: [], complete: true });
    await pass(60_000);
    expect(useConnection.getState().status).toBe("lost");
  });

  it("is kept as long as it answers, however seldom a page in the background asks", async () => {
    Line.last.say({ type: "snapshot", seq: 1, jobs: [], complete: true });
    const quiet = Line.last;
    for (let minute = 0; minute < 3; minute++) {
      vi.setSystemTime(Date.now() + 60_000);
      await pass(20_000);
      expect(quiet.sent).toHaveLength(minute + 1);
      quiet.say({ type: "pong" });
    }
    expect(Line.last).toBe(quiet);
  });

  it("is left at once where nothing was heard for long, though the other end does not agree", async () => {
    Line.last.say({ type: "snapshot", seq: 7, jobs: [], complete: true });
    const silent = Line.last;
    await pass(41_000);
    expect(Line.last).not.toBe(silent);
    expect(Line.last.address).toContain("after=7");
    const again = Line.last;
    again.say({ type: "resumed", seq: 7 });
    silent.break();
    await pass(1000);
    expect(Line.last).toBe(again);
  });
});

describe("what happened while nobody listened", () => {
  it("is found out: jobs that ended, and jobs that were deleted when they were over", async () => {
    const [ended, gone, kept] = [job("a"), job("b", { state: "succeeded" }), job("c", { state: "failed" })];
    Line.last.say({ type: "snapshot", seq: 1, jobs: [ended], complete: true });
    useJobs.getState().put([gone, kept]);
    studio = [{ ...ended, state: "succeeded", sequence: 5 }, kept];
    Line.last.break();
    await pass(500);
    Line.last.say({ type: "snapshot", seq: 90, jobs: [], complete: true });
    await pass(0);
    expect(ids()).toEqual(["a", "c"]);
    expect(stateOf("a")).toBe("succeeded");
  });

  it("is made up for where a job ended just as the line broke", async () => {
    Line.last.say({ type: "snapshot", seq: 1, jobs: [job("a")], complete: true });
    const done = job("a", { state: "succeeded", sequence: 5, result: { asset_ids: ["clip"] } });
    studio = null;
    Line.last.say({ type: "state", seq: 2, job: { id: "a", kind: "generate", state: "succeeded", sequence: 5 } });
    Line.last.break();
    await pass(500);
    expect(useJobs.getState().byId.a?.result).toBeNull();
    studio = [done];
    Line.last.say({ type: "resumed", seq: 2 });
    await pass(0);
    expect(useJobs.getState().byId.a?.result).toEqual({ asset_ids: ["clip"] });
  });

  it("is not asked of what came before the first snapshot did", async () => {
    useJobs.getState().put([job("c", { state: "failed" })]);
    Line.last.say({ type: "snapshot", seq: 1, jobs: [], complete: true });
    await pass(0);
    expect(asked).toEqual([]);
    expect(ids()).toEqual(["c"]);
  });
});

it("keeps which version of a film was told of last", () => {
  Line.last.say({ type: "snapshot", seq: 1, jobs: [], complete: true });
  Line.last.say({ type: "project", seq: 2, project: { id: "film", version: 4 } });
  Line.last.say({ type: "project", seq: 3, project: { id: "film", version: 5 } });
  expect(useProjectNews.getState().versions).toEqual({ film: 5 });
});

it("passes over events that only a later server has", () => {
  Line.last.say({ type: "snapshot", seq: 1, jobs: [], complete: true });
  Line.last.say({ type: "weather", seq: 2, wind: 3 });
  Line.last.say({ type: "project", seq: 3, project: { id: "film", version: 4 } });
  expect(useProjectNews.getState().versions).toEqual({ film: 4 });
});

describe("more jobs than a snapshot holds", () => {
  const name = (n: number) => `job-${String(n).padStart(3, "0")}`;
  const many = (count: number, changes: Partial<Job> = {}) =>
    Array.from({ length: count }, (_, n) => job(name(n), { state: "queued", ...changes }));
  const cut = (jobs: Job[], seq: number) =>
    Line.last.say({ type: "snapshot", seq, jobs: jobs.slice(-200), complete: false });

  it("are fetched, all of them", async () => {
    studio = [job("oldest"), ...many(300)];
    cut(studio, 1);
    await pass(0);
    expect(ids()).toHaveLength(301);
    expect(stateOf("oldest")).toBe("running");
    expect(asked).toEqual(["/api/v1/jobs", "/api/v1/jobs"]);
  });

  it("stay while they are fetched again, and those that ended or were deleted meanwhile are found out", async () => {
    useJobs.getState().put(many(300));
    studio = many(300).filter(({ id }) => id !== name(7));
    studio[0] = job(name(0), { state: "succeeded", sequence: 9 });
    cut(studio, 1);
    expect(ids()).toHaveLength(300);
    await pass(0);
    expect(ids()).toHaveLength(299);
    expect([stateOf(name(0)), stateOf(name(7))]).toEqual(["succeeded", undefined]);
  });

  it("are fetched when the line is back, if it broke before", async () => {
    studio = null;
    cut(many(300), 1);
    await pass(0);
    Line.last.break();
    await pass(500);
    expect(ids()).toHaveLength(200);
    studio = many(300);
    Line.last.say({ type: "resumed", seq: 1 });
    await pass(0);
    expect(ids()).toHaveLength(300);
  });

  it("are fetched where no socket gets through, too", async () => {
    studio = many(300);
    for (let failed = 0; failed < 3; failed++) {
      Line.last.break();
      await pass(2000);
    }
    expect(useConnection.getState().listens).toBe(false);
    expect(ids()).toHaveLength(300);
  });
});

it("asks for the whole of a job that was edited elsewhere, of which news tell nothing", async () => {
  const waiting = job("a", { state: "queued", priority: 0 });
  Line.last.say({ type: "snapshot", seq: 1, jobs: [waiting], complete: true });
  studio = [{ ...waiting, sequence: 4, priority: 50 }];
  const { id, kind, state } = waiting;
  Line.last.say({ type: "state", seq: 2, job: { id, kind, state, sequence: 4 } });
  await pass(0);
  expect(useJobs.getState().byId.a?.priority).toBe(50);
});
