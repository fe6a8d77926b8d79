import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { moment } from "@/shared/format";
import { type Job, useJobs } from "@/shared/live/jobs";
import { useTitleOf } from "./JobTitle";
import { useSlots } from "./live";
import { takes } from "./takes";
import { startOf, windowOf } from "./times";

/** A job's conditions for starting and its facts, in one line. */
export function Conditions({ job }: { job: Job }) {
  const words = useConditions(job);
  const facts = useFacts(job);
  return (
    <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
      {[...words, ...facts].join(" · ")}
    </Text>
  );
}

function useConditions(job: Job): string[] {
  const { t } = useTranslation("queue");
  const titleOf = useTitleOf();
  const needed = useJobs((jobs) => jobs.byId[job.needs[0] ?? ""]);
  const slots = useSlots().data;
  const start = startOf(job);
  const window = windowOf(job);
  const words: string[] = [];
  if (start !== null) words.push(t("when.at", { time: moment(start) }));
  if (window !== null) words.push(t("when.window", { from: window[0], until: window[1] }));
  if (job.only_on_ac) words.push(t("when.onlyOnAc"));
  if (job.wanted_slot) words.push(t("when.slot", { slot: job.wanted_slot }));
  if (job.needs.length === 1 && needed !== undefined) {
    words.push(t("when.needsJob", { title: titleOf(needed).slice(0, 60) }));
  } else if (job.needs.length > 0) {
    words.push(t("when.needs", { count: job.needs.length }));
  }
  if (job.expert === "low") words.push(t("when.lowNoise"));
  if (job.state === "queued" && slots?.some((slot) => takes(slot, job)) === false) words.push(t("when.noSlot"));
  return words;
}

export function useFacts(job: Job): string[] {
  const { t } = useTranslation("queue");
  const { width, height, frame_count, seed } = (job.recipe ?? {}) as Record<string, unknown>;
  const facts: string[] = [];
  if (job.model) facts.push(job.model);
  if (width && height) facts.push(`${width}×${height}`);
  if (typeof frame_count === "number") facts.push(t("facts.frames", { count: frame_count }));
  if (job.progress.of > 0) facts.push(t("facts.steps", { count: job.progress.of }));
  if (typeof seed === "number") facts.push(t("facts.seed", { seed }));
  if (job.priority !== 0) facts.push(t("facts.priority", { priority: job.priority }));
  return facts;
}
