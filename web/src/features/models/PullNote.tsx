import { Alert, Button, Code, Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { ago } from "@/shared/format";
import type { Job } from "@/shared/live/jobs";
import { useIsAdmin } from "@/shared/session";
import { PullProgress } from "./PullProgress";
import { faultsOf, type Model, standing } from "./standing";
import type { ModelActions } from "./useModelActions";

const MOST_FAULTS = 5;

/** The result of the model's last download or check, and what to do about it. */
export function PullNote({ model, job, actions }: { model: Model; job: Job | null; actions: ModelActions }) {
  const { t } = useTranslation("models");
  const admin = useIsAdmin();
  const now = standing(job);
  if (job === null || now === "none") return null;
  if (now === "under way" || now === "paused") return <PullProgress job={job} actions={actions} />;
  if (now === "whole") {
    return (
      <Text size="sm" c="dimmed" role="status">
        {t("whole", { when: ago(job.finished_at ?? job.created_at) })}
      </Text>
    );
  }
  if (now === "stopped" && model.installed) return null;
  const goOn = <GoOn label={t("goOn")} act={() => actions.act(job, "retry")} busy={actions.busy} />;
  if (now === "stopped") {
    return (
      <Alert color="gray" title={t("stopped.title")}>
        <Stack gap="xs" align="flex-start">
          <Text size="sm">{t("stopped.text")}</Text>
          {admin && goOn}
        </Stack>
      </Alert>
    );
  }
  if (now === "broken off") {
    return (
      <Alert color="red" title={t("broken.title")} role="alert">
        <Stack gap="xs" align="flex-start">
          <Text size="sm">{job.error?.message}</Text>
          <Text size="sm">{t("broken.kept")}</Text>
          {admin && goOn}
        </Stack>
      </Alert>
    );
  }
  return <Damaged model={model} job={job} actions={actions} mend={admin} />;
}

function Damaged(props: { model: Model; job: Job; actions: ModelActions; mend: boolean }) {
  const { model, job, actions, mend } = props;
  const { t } = useTranslation("models");
  const faults = faultsOf(job) ?? [];
  return (
    <Alert color="red" title={t("damaged.title", { count: faults.length })} role="alert">
      <Stack gap="xs" align="flex-start">
        {faults.slice(0, MOST_FAULTS).map((fault) => (
          <Text size="sm" key={fault.path}>
            <Code>{fault.path}</Code> {fault.what}
          </Text>
        ))}
        {faults.length > MOST_FAULTS && (
          <Text size="sm">{t("damaged.more", { count: faults.length - MOST_FAULTS })}</Text>
        )}
        {mend &&
          (model.source === null ? (
            <Text size="sm">{t("damaged.noSource")}</Text>
          ) : (
            <GoOn label={t("repair")} act={() => actions.pull()} busy={actions.busy} />
          ))}
      </Stack>
    </Alert>
  );
}

function GoOn({ label, act, busy }: { label: string; act: () => void; busy: boolean }) {
  return (
    <Group>
      <Button size="xs" onClick={act} loading={busy}>
        {label}
      </Button>
    </Group>
  );
}
