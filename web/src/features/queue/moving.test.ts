import { expect, it, vi } from "vitest";
import { type Job, useJobs } from "@/shared/live/jobs";
import { useSession } from "@/shared/session";
import { move } from "./moving";

it("shows nobody the jobs that another was moving when they signed out", async () => {
  useSession.setState({ status: "signed-in", accessToken: "good", expiresAt: Number.POSITIVE_INFINITY });
  const jobs = ["a", "b", "c"].map((id, place) => ({ id, place, state: "queued", owner: "ann", priority: 0 }) as Job);
  useJobs.setState({ byId: Object.fromEntries(jobs.map((job) => [job.id, job])), gone: new Set() });
  const answered: string[] = [];
  vi.spyOn(globalThis, "fetch").mockImplementation((input) => {
    const { signal, url } = input as Request;
    answered.push(url);
    if (answered.length === 1) return Promise.resolve(Response.json(jobs[2]));
    return new Promise((_, refuse) => signal.addEventListener("abort", () => refuse(signal.reason)));
  });
  const moves = Promise.allSettled([move("c", 0), move("b", 0)]);
  await vi.waitFor(() => expect(answered).toHaveLength(2));
  useSession.getState().set({ status: "signed-out" });
  useJobs.setState({ byId: {}, gone: new Set() });
  await moves;
  await Promise.resolve();
  expect(useJobs.getState().byId).toEqual({});
});
