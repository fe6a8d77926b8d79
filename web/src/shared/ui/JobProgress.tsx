import { Group, Progress, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { bytes, duration } from "@/shared/format";
import type { Job } from "@/shared/live/jobs";

/** A job's progress: stage, step, time left and memory, and a bar. */
export function JobProgress({ job }: { job: Job }) {
  const { t } = useTranslation("shared");
  const { stage, step, of, eta, vram } = job.progress;
  const share = of > 0 ? Math.min(100, (100 * step) / of) : 0;
  return (
    <Stack gap={4}>
      <Progress.Root size="sm">
        <Progress.Section value={share} aria-label={t("progress.label")} />
      </Progress.Root>
      <Group justify="space-between" gap="xs">
        <Text size="xs" c="dimmed">
          {stage === null ? t("progress.starting") : t("progress.step", { stage: t(stageKey(stage)), step, of })}
        </Text>
        <Text size="xs" c="dimmed">
          {[eta === null ? "" : t("progress.left", { time: duration(eta, t) }), vram === null ? "" : bytes(vram)]
            .filter(Boolean)
            .join(" · ")}
        </Text>
      </Group>
    </Stack>
  );
}

const STAGES = ["start", "load", "encode", "denoise", "decode", "end"] as const;

function stageKey(stage: string) {
  const known = STAGES.find((one) => one === stage);
  return known === undefined ? ("stage.other" as const) : (`stage.${known}` as const);
}
