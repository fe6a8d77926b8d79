import { QueryClient } from "@tanstack/react-query";
import { expect, it, vi } from "vitest";
import { useSession } from "@/shared/session";
import { applied } from "../model/applying";
import fixtures from "../model/fixtures/changes.json";
import type { Change, Project } from "../model/project";
import type { ProjectAnswer } from "./calls";
import { Edits, projectKey } from "./edits";

it("makes an edit of what the one before it left, however soon it was asked for", async () => {
  useSession.setState({ status: "local" });
  const start = fixtures.start as unknown as Project;
  const change = fixtures.cases[0]?.change as unknown as Change;
  const queries = new QueryClient();
  queries.setQueryData(projectKey("film"), { id: "film", version: 3, project: start } as unknown as ProjectAnswer);
  const sent: number[] = [];
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input) => {
    const { version } = (await (input as Request).json()) as { version: number };
    sent.push(version);
    return Response.json({ version: version + 1, change: version === 3 ? change : { steps: [] } });
  });
  const edits = new Edits(queries, "film");
  const seen: Project[] = [];
  const edit = () =>
    edits.runOn((project) => {
      seen.push(project);
      return [{ edit: "rename_project", name: "Snow" }];
    });
  expect(await Promise.all([edit(), edit(), edits.runOn(() => [])])).toEqual([true, true, false]);
  expect(seen).toEqual([start, applied(start, change)]);
  expect(sent).toEqual([3, 4]);
});
