import { QueryClient } from "@tanstack/react-query";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { useSession } from "@/shared/session";
import { applied } from "../model/applying";
import fixtures from "../model/fixtures/changes.json";
import type { Change, Project } from "../model/project";
import type { ProjectAnswer } from "./calls";
import { Edits, projectKey } from "./edits";

const start = fixtures.start as unknown as Project;
const change = fixtures.cases[0]?.change as unknown as Change;
const rename = { edit: "rename_project", name: "Snow" } as const;
const renamed = (before: string, after: string): Change => ({
  steps: [{ path: "project", before: { id: start.id, name: before }, after: { id: start.id, name: after } }],
});

interface Asked {
  method: string;
  version: number;
}
type Answer = (version: number) => object | Promise<object>;

let queries: QueryClient;
let edits: Edits;
let asked: Asked[];

/** The film is here in version 3, and on the server in the one that `GET` answers with. */
function serve(answers: Partial<Record<"GET" | "POST", Answer>>): void {
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input) => {
    const { method, ...request } = { method: (input as Request).method, text: await (input as Request).text() };
    const { version = 0 } = JSON.parse(request.text || "{}") as { version?: number };
    asked.push({ method, version });
    return Response.json(await answers[method as "GET" | "POST"]?.(version));
  });
}

const film = (version: number, project = start) => ({ id: "film", version, project }) as unknown as ProjectAnswer;
const here = () => queries.getQueryData<ProjectAnswer>(projectKey("film"));
const versionsSent = () => asked.filter(({ method }) => method === "POST").map(({ version }) => version);

beforeEach(() => {
  useSession.setState({ status: "local" });
  queries = new QueryClient();
  queries.setQueryData(projectKey("film"), film(3));
  edits = new Edits(queries, "film");
  asked = [];
});

it("makes an edit of what the one before it left, however soon it was asked for", async () => {
  serve({
    POST: (version) => ({
      version: version + 1,
      change: version === 3 ? change : renamed(applied(start, change).name, "Snow"),
    }),
  });
  const seen: Project[] = [];
  const edit = () =>
    edits.runOn((project) => {
      seen.push(project);
      return [rename];
    });
  expect(await Promise.all([edit(), edit(), edits.runOn(() => [])])).toEqual([true, true, false]);
  expect(seen).toEqual([start, applied(start, change)]);
  expect(asked).toEqual([
    { method: "POST", version: 3 },
    { method: "POST", version: 4 },
  ]);
});

describe("news of a version", () => {
  it("are no reason to load one's own edit, whichever is told of first", async () => {
    serve({ POST: () => ({ version: 4, change }) });
    const done = edits.run([rename]);
    await Promise.all([edits.hear(4), done]);
    await edits.hear(4);
    expect(asked).toEqual([{ method: "POST", version: 3 }]);
    expect(here()?.version).toBe(4);
  });

  it("are loaded once, however many come at a time", async () => {
    serve({ GET: () => film(6) });
    await Promise.all([edits.hear(4), edits.hear(5), edits.hear(6)]);
    expect(asked).toHaveLength(1);
    expect(here()?.version).toBe(6);
  });
});

describe("an edit of what was edited elsewhere", () => {
  it("is shown with what others made before it", async () => {
    serve({ POST: () => ({ version: 5, change }), GET: () => film(5, applied(start, change)) });
    expect(await edits.run([rename])).toBe(true);
    expect(here()).toEqual(film(5, applied(start, change)));
  });

  it("shows the others' edit though it changed nothing itself", async () => {
    serve({ POST: () => ({ version: 4, change: { steps: [] } }), GET: () => film(4, applied(start, change)) });
    await edits.run([rename]);
    expect(here()).toEqual(film(4, applied(start, change)));
  });

  it("is one of the version that was seen, not of one that came while it waited", async () => {
    let answer: () => void = () => {};
    const waiting = new Promise<void>((resolve) => {
      answer = resolve;
    });
    serve({
      POST: async (version) => {
        await waiting;
        return { version: version + 1, change: { steps: [] } };
      },
      GET: () => film(9),
    });
    const first = edits.undo(); // nothing to undo: it only takes a turn
    const second = edits.run([rename]);
    queries.setQueryData(projectKey("film"), film(4)); // as when the window gets the focus
    answer();
    await Promise.all([first, second]);
    expect(versionsSent()).toEqual([3]);
  });
});
