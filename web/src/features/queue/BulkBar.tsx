import { Button, Group } from "@mantine/core";
import { IconPlayerPause, IconPlayerPlay } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Job } from "@/shared/live/jobs";
import { useShortcut } from "@/shared/shortcuts";
import { useRunning } from "./live";
import { useOps } from "./ops";

interface Props {
  line: Job[];
  chosen: string[];
  chooseAll: () => void;
  chooseNone: () => void;
}

/** Actions on all jobs, or on the checked ones. */
export function BulkBar({ line, chosen, chooseAll, chooseNone }: Props) {
  const { t } = useTranslation("queue");
  const ops = useOps();
  const running = useRunning();
  const [busy, setBusy] = useState(false);
  const pausable = [...running, ...line].filter(isPausable).map((job) => job.id);
  const paused = line.filter((job) => job.state === "paused").map((job) => job.id);

  const run = async (work: Promise<unknown>) => {
    setBusy(true);
    await work.finally(() => setBusy(false));
  };
  useShortcut(
    "selectAll",
    (event) => {
      event.preventDefault();
      if (chosen.length === line.length) chooseNone();
      else chooseAll();
    },
    line.length > 0,
  );

  return (
    <Group gap="xs">
      {chosen.length > 0 && (
        <>
          <Button
            size="compact-sm"
            variant="light"
            color="red"
            loading={busy}
            onClick={() => void run(ops.cancel(chosen).then(chooseNone))}
          >
            {t("bulk.cancel", { count: chosen.length })}
          </Button>
          <Button size="compact-sm" variant="subtle" onClick={chooseNone}>
            {t("bulk.none")}
          </Button>
        </>
      )}
      {line.length > 1 && chosen.length === 0 && (
        <Button size="compact-sm" variant="subtle" onClick={chooseAll}>
          {t("bulk.all")}
        </Button>
      )}
      {pausable.length > 0 && (
        <Button
          size="compact-sm"
          variant="default"
          loading={busy}
          leftSection={<IconPlayerPause size={14} aria-hidden />}
          onClick={() => void run(ops.pause(pausable))}
        >
          {t("bulk.pause")}
        </Button>
      )}
      {paused.length > 0 && (
        <Button
          size="compact-sm"
          variant="default"
          loading={busy}
          leftSection={<IconPlayerPlay size={14} aria-hidden />}
          onClick={() => void run(ops.resume(paused))}
        >
          {t("bulk.resume")}
        </Button>
      )}
    </Group>
  );
}

function isPausable(job: Job): boolean {
  return ["queued", "scheduled", "dispatched", "running"].includes(job.state) && job.stop_wanted === null;
}
