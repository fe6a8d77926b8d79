import { Box, Button, Card, Group, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { IconPlayerPause, IconPlayerPlay, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Job } from "@/shared/live/jobs";
import { useMayWrite } from "@/shared/session";
import { JobPreview } from "@/shared/ui/JobPreview";
import { JobProgress } from "@/shared/ui/JobProgress";
import { StateBadge } from "@/shared/ui/StateBadge";
import { useFacts } from "./Conditions";
import { JobTitle, useTitleOf } from "./JobTitle";
import { useRunning, useSlots } from "./live";
import { useOps } from "./ops";
import classes from "./queue.module.css";

/** The running jobs. */
export function Running() {
  const { t } = useTranslation("queue");
  const running = useRunning();
  const slots = useSlots();
  const slotOf = (job: Job) => slots.data?.find((slot) => slot.job === job.id)?.name ?? null;
  return (
    <Stack gap="sm" component="section" aria-labelledby="running">
      <Title order={2} size="h4" id="running">
        {t("running.title")}
      </Title>
      {running.length === 0 ? (
        <Text c="dimmed" size="sm">
          {t("running.none")}
        </Text>
      ) : (
        <SimpleGrid cols={running.length > 1 ? { base: 1, xl: 2 } : 1} component="ul" className={classes.plain}>
          {running.map((job) => (
            <RunningCard key={job.id} job={job} slot={slotOf(job)} />
          ))}
        </SimpleGrid>
      )}
    </Stack>
  );
}

function RunningCard({ job, slot }: { job: Job; slot: string | null }) {
  const { t } = useTranslation("queue");
  const facts = useFacts(job);
  const where = [...(slot ? [t("facts.slot", { slot })] : []), ...facts];
  if (job.attempt > 1) where.push(t("facts.attempt", { attempt: job.attempt }));
  return (
    <Card withBorder component="li" p="md">
      <div className={classes.running}>
        <Box className={classes.picture}>
          <JobPreview job={job} />
        </Box>
        <Stack gap="xs" justify="center" miw={0}>
          <Group gap="xs">
            <StateBadge state={job.state} />
            <Text size="xs" c="dimmed">
              {t("running.kind", { kind: t(`kind.${job.kind}`, { ns: "shared" }) })}
            </Text>
          </Group>
          <JobTitle job={job} lines={2} fw={600} />
          <JobProgress job={job} />
          <Text size="xs" c="dimmed">
            {where.join(" · ")}
          </Text>
          <RunningActions job={job} />
        </Stack>
      </div>
    </Card>
  );
}

function RunningActions({ job }: { job: Job }) {
  const { t } = useTranslation("queue");
  const ops = useOps();
  const title = useTitleOf()(job);
  if (!useMayWrite() || job.state === "finalizing") return null;
  if (job.stop_wanted === "cancel") return <Stopping text={t("running.cancelling")} />;
  return (
    <Group gap="xs">
      {job.stop_wanted === "pause" ? (
        <>
          <Stopping text={t("running.pausing")} />
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconPlayerPlay size={14} aria-hidden />}
            onClick={() => void ops.resume([job.id])}
            aria-label={t("act.of", { act: t("act.resume"), title })}
          >
            {t("act.resume")}
          </Button>
        </>
      ) : (
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconPlayerPause size={14} aria-hidden />}
          onClick={() => void ops.pause([job.id])}
          aria-label={t("act.of", { act: t("act.pause"), title })}
        >
          {t("act.pause")}
        </Button>
      )}
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<IconX size={14} aria-hidden />}
        onClick={() => void ops.cancel([job.id])}
        aria-label={t("act.of", { act: t("act.cancel"), title })}
      >
        {t("act.cancel")}
      </Button>
    </Group>
  );
}

function Stopping({ text }: { text: string }) {
  return (
    <Text size="sm" role="status">
      {text}
    </Text>
  );
}
