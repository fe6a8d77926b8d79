import { Button, Group, Stack, Switch, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Job } from "@/shared/live/jobs";
import { Dialog } from "@/shared/ui/Dialog";
import { FaultNote } from "@/shared/ui/FaultNote";
import { change } from "./changing";
import { changesBack, changesTo, problemOf, timesOf } from "./times";

/** Sets when a job may start. */
export function ScheduleDialog({ job, close }: { job: Job; close: () => void }) {
  const { t } = useTranslation("queue");
  const [times, setTimes] = useState(() => timesOf(job));
  const set = (more: Partial<typeof times>) => setTimes((now) => ({ ...now, ...more }));
  const half = problemOf(times) === "half";
  const save = useMutation({
    mutationFn: async () => {
      const changes = changesTo(job, times);
      if (Object.keys(changes).length > 0) {
        await change(job.id, changes, changesBack(job, changes), t("did.scheduled"));
      }
    },
    onSuccess: close,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!half) save.mutate();
  };

  return (
    <Dialog
      opened
      onClose={close}
      title={t("schedule.title")}
      closeButtonProps={{ "aria-label": t("close", { ns: "shared" }) }}
    >
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            type="datetime-local"
            label={t("schedule.at")}
            description={t("schedule.atHelp")}
            value={times.at}
            onChange={(event) => set({ at: event.currentTarget.value })}
            data-autofocus
          />
          <Stack gap={4} role="group" aria-label={t("schedule.window")}>
            <Group grow align="start">
              <TextInput
                type="time"
                label={t("schedule.from")}
                value={times.from}
                onChange={(event) => set({ from: event.currentTarget.value })}
                error={half ? t("schedule.half") : undefined}
              />
              <TextInput
                type="time"
                label={t("schedule.until")}
                value={times.until}
                onChange={(event) => set({ until: event.currentTarget.value })}
              />
            </Group>
            <Group gap="xs">
              <Button size="compact-xs" variant="light" onClick={() => set({ from: "22:00", until: "06:00" })}>
                {t("schedule.night")}
              </Button>
              <Button size="compact-xs" variant="subtle" onClick={() => set({ from: "", until: "" })}>
                {t("schedule.anytime")}
              </Button>
            </Group>
          </Stack>
          <Switch
            label={t("schedule.onlyOnAc")}
            checked={times.onlyOnAc}
            onChange={(event) => set({ onlyOnAc: event.currentTarget.checked })}
          />
          {save.isError && <FaultNote error={save.error} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>
              {t("cancel", { ns: "shared" })}
            </Button>
            <Button type="submit" loading={save.isPending}>
              {t("save", { ns: "shared" })}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
