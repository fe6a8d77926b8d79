import { Button, Group, NumberInput, Stack, Text, Textarea } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Fault } from "@/shared/api/fault";
import type { Job } from "@/shared/live/jobs";
import { Dialog } from "@/shared/ui/Dialog";
import { FaultNote } from "@/shared/ui/FaultNote";
import { change } from "./changing";
import { draftOf, editsFrom, isMarked, messageFor } from "./edits";

const MOST_PRIORITY = 100;
const MOST_SEED = Number.MAX_SAFE_INTEGER;

/** Edits a job that has not started. */
export function EditDialog({ job, close }: { job: Job; close: () => void }) {
  const { t } = useTranslation("queue");
  const [before] = useState(() => draftOf(job));
  const [draft, setDraft] = useState(before);
  const edits = editsFrom(before, draft);
  const save = useMutation({
    mutationFn: () => change(job.id, edits, editsFrom(draft, before), t("did.edited")),
    onSuccess: close,
  });
  const fields = save.error instanceof Fault ? save.error.fields : {};
  const unchanged = Object.keys(edits).length === 0;
  const begun = job.progress.step > 0;
  const set = (clip: Partial<NonNullable<typeof draft.clip>>) =>
    setDraft((now) => (now.clip === null ? now : { ...now, clip: { ...now.clip, ...clip } }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (unchanged) close();
    else save.mutate();
  };

  return (
    <Dialog
      opened
      onClose={close}
      title={t("edit.title")}
      size="lg"
      closeButtonProps={{ "aria-label": t("close", { ns: "shared" }) }}
    >
      <form onSubmit={submit}>
        <Stack>
          {draft.clip !== null && begun && <Text size="sm">{t("edit.begun")}</Text>}
          {draft.clip !== null && !begun && (
            <>
              <Textarea
                label={t("edit.prompt")}
                value={draft.clip.prompt}
                onChange={(event) => set({ prompt: event.currentTarget.value })}
                error={messageFor(fields, "prompt")}
                autosize
                minRows={3}
                maxRows={12}
                dir="auto"
                data-autofocus
              />
              <Group grow align="start">
                <NumberInput
                  label={t("edit.steps")}
                  value={draft.clip.steps}
                  onChange={(steps) => set({ steps: Number(steps) })}
                  error={messageFor(fields, "steps")}
                  min={1}
                  allowDecimal={false}
                />
                <NumberInput
                  label={t("edit.seed")}
                  value={draft.clip.seed}
                  onChange={(seed) => set({ seed: Number(seed) })}
                  error={messageFor(fields, "seed")}
                  min={0}
                  max={MOST_SEED}
                  allowDecimal={false}
                />
              </Group>
            </>
          )}
          <NumberInput
            label={t("edit.priority")}
            description={t("edit.priorityHelp")}
            value={draft.priority}
            onChange={(priority) => setDraft((now) => ({ ...now, priority: Number(priority) }))}
            error={messageFor(fields, "priority")}
            min={-MOST_PRIORITY}
            max={MOST_PRIORITY}
            allowDecimal={false}
          />
          {save.isError && !isMarked(fields) && <FaultNote error={save.error} />}
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
