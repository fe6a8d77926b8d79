import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Job } from "@/shared/live/jobs";
import { promptOf } from "@/shared/ui/JobPreview";

/** A job's title: its prompt, or else its kind and model. */
export function useTitleOf(): (job: Job) => string {
  const { t } = useTranslation("shared");
  return (job) => promptOf(job).trim() || [t(`kind.${job.kind}`), job.model].filter(Boolean).join(" · ");
}

/** In a `<bdi>`, as a prompt may contain right-to-left text. */
export function JobTitle({ job, lines = 1, fw = 500 }: { job: Job; lines?: number; fw?: number }) {
  const title = useTitleOf()(job);
  return (
    <Text component="bdi" fw={fw} lineClamp={lines} title={title} style={{ overflowWrap: "anywhere" }}>
      {title}
    </Text>
  );
}
