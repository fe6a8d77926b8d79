import { api, body } from "@/shared/api/client";
import { type Job, useJobs } from "@/shared/live/jobs";
import { whenSessionEnds } from "@/shared/session";
import { afterStep, lineNow, type Step, stepsTo } from "./line";

/** Moves are sent one after another, because each depends on those before it. */
let turn: Promise<unknown> = Promise.resolve();
let pending = 0;
let answers: Job[] = [];
whenSessionEnds(() => {
  answers = [];
});

/**
 * Moves a job to another place among its owner's jobs. The page shows the move at once; if the server refuses it, the
 * job moves back and the promise rejects with the `Fault`.
 */
export function move(id: string, to: number): Promise<void> {
  const before = lineNow();
  const steps = stepsTo(before, id, to);
  if (steps.length === 0) return Promise.resolve();
  for (const step of steps) show(afterStep(lineNow(), step));
  pending++;
  const sent = turn.then(() => send(steps));
  turn = sent.catch(() => {}).finally(settle);
  return sent.catch((fault: unknown) => {
    const touched = new Set(steps.map((step) => step.id));
    for (const job of before) if (touched.has(job.id)) putBack(job);
    throw fault;
  });
}

async function send(steps: Step[]): Promise<void> {
  for (const { id, before } of steps) {
    const path = { params: { path: { job_id: id } } };
    answers.push(body(await api.PATCH("/api/v1/jobs/{job_id}", { ...path, body: { before } })));
  }
}

/** Answers do not know of later moves still being sent, so they are applied only after the last one. */
function settle(): void {
  if (--pending > 0) return;
  for (const answer of answers) show(answer);
  answers = [];
}

function show(job: Job | null): void {
  if (job !== null) useJobs.getState().put([job]);
}

/** Restores a job's place and priority, keeping its other changes. */
function putBack(before: Job): void {
  const now = useJobs.getState().byId[before.id];
  if (now === undefined) return;
  show({ ...now, place: before.place, priority: before.priority });
}
