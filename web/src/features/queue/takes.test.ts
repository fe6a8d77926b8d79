import { expect, it } from "vitest";
import type { Schemas } from "@/shared/api/client";
import type { Job } from "@/shared/live/jobs";
import { takes } from "./takes";

const SLOT = { name: "one.gpu0", kinds: ["generate", "upscale"], experts: "both", alive: true, paused: false };
const JOB = { kind: "generate", expert: "high", wanted_slot: null };

it.each([
  [true, {}, {}],
  [false, { alive: false }, {}],
  [false, { paused: true }, {}],
  [false, {}, { kind: "proxy" }],
  [false, {}, { wanted_slot: "one.gpu1" }],
  [true, {}, { wanted_slot: "one.gpu0" }],
  [true, { experts: "high" }, {}],
  [false, { experts: "low" }, {}],
  [true, { experts: "low" }, { expert: "low" }],
  [false, { experts: "low" }, { expert: null }],
  [true, { experts: "low" }, { kind: "upscale", expert: null }],
])("is %s for a slot with %o and a job with %o", (expected, slot, job) => {
  expect(takes({ ...SLOT, ...slot } as Schemas["SlotAnswer"], { ...JOB, ...job } as Job)).toBe(expected);
});
