import { Button, Group, Progress, Stack, Text } from "@mantine/core";
import { IconPlayerPause, IconPlayerPlay, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { bytes, duration, number } from "@/shared/format";
import type { Job } from "@/shared/live/jobs";
import { useIsAdmin } from "@/shared/session";
import type { ModelActions } from "./useModelActions";
import { useSpeed } from "./useSpeed";

const MIB = 2 ** 20;

/** A running download or check, with buttons to pause or cancel it. */
export function PullProgress({ job, actions }: { job: Job; actions: ModelActions }) {
  const { t } = useTranslation("models");
  const admin = useIsAdmin();
  const { stage, step, of } = job.progress;
  const downloads = stage === "download" && of > 0;
  const share = downloads ? Math.min(100, (100 * step) / of) : 0;
  return (
    <Stack gap={6}>
      <Progress.Root size="md">
        <Progress.Section
          value={downloads ? share : 100}
          striped={!downloads}
          animated={!downloads && job.state === "running"}
          aria-label={t("progress.label")}
          aria-valuetext={downloads ? `${number(share)} %` : t("progress.unknown")}
        />
      </Progress.Root>
      <Happening job={job} />
      {admin && <Holds job={job} actions={actions} />}
    </Stack>
  );
}

function Happening({ job }: { job: Job }) {
  const { t } = useTranslation("models");
  const { t: shared } = useTranslation("shared");
  const { speed, left } = useSpeed(job);
  const { stage, step, of } = job.progress;
  const amount =
    of > 0 && stage === "download" ? t("progress.amount", { here: bytes(step * MIB), of: bytes(of * MIB) }) : "";
  const parts = [
    t(doing(job)),
    stage === "verify" ? t("progress.files", { count: step }) : amount,
    job.state === "running" && stage === "download" && speed !== null
      ? t("progress.speed", { speed: bytes(speed * MIB) })
      : "",
    job.state === "running" && left !== null ? shared("progress.left", { time: duration(left, shared) }) : "",
  ];
  return (
    <Text size="sm" style={{ fontVariantNumeric: "tabular-nums" }}>
      {parts.filter(Boolean).join(" · ")}
    </Text>
  );
}

function doing(job: Job) {
  if (job.state === "paused") return "progress.paused" as const;
  if (job.stop_wanted !== null) return "progress.stopping" as const;
  if (job.state === "queued" || job.state === "scheduled") return "progress.waits" as const;
  if (job.progress.stage === "download") return "progress.download" as const;
  return job.progress.stage === "verify" ? ("progress.verify" as const) : ("progress.begins" as const);
}

function Holds({ job, actions }: { job: Job; actions: ModelActions }) {
  const { t } = useTranslation("models");
  const paused = job.state === "paused";
  const Icon = paused ? IconPlayerPlay : IconPlayerPause;
  return (
    <Group gap="xs">
      <Button
        size="xs"
        variant="default"
        leftSection={<Icon size={14} aria-hidden />}
        onClick={() => actions.act(job, paused ? "resume" : "pause")}
        disabled={job.stop_wanted !== null}
      >
        {t(paused ? "resume" : "pause")}
      </Button>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconX size={14} aria-hidden />}
        onClick={() => actions.act(job, "cancel")}
        disabled={job.stop_wanted === "cancel"}
      >
        {t("cancel")}
      </Button>
    </Group>
  );
}
