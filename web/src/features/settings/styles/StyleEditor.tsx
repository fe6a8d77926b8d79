import { Button, Code, Group, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "@/shared/ui/Dialog";
import { FaultNote } from "@/shared/ui/FaultNote";
import { type Draft, draftOf, EMPTY, type Style, sample } from "./draft";
import { StyleLoras } from "./StyleLoras";
import { StyleValues } from "./StyleValues";
import type { useStyles } from "./useStyles";

interface Props {
  /** Null for a new style. */
  style: Style | null;
  saving: ReturnType<typeof useStyles>["saving"];
  close: () => void;
}

const MOST_WORDS = 4000;

export function StyleEditor({ style, saving, close }: Props) {
  const { t } = useTranslation("settings");
  const { t: shared } = useTranslation("shared");
  const [draft, setDraft] = useState<Draft>(style === null ? EMPTY : draftOf(style));
  const set = (change: Partial<Draft>) => setDraft((before) => ({ ...before, ...change }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    saving.mutate({ id: style?.id ?? null, draft }, { onSuccess: close });
  };
  const words = (name: "before" | "after" | "negative") => ({
    label: t(`styles.${name}`),
    value: draft[name],
    maxLength: MOST_WORDS,
    autosize: true,
    minRows: 1,
    maxRows: 6,
    onChange: (event: { currentTarget: { value: string } }) => set({ [name]: event.currentTarget.value }),
  });
  return (
    <Dialog
      opened
      onClose={close}
      size="lg"
      title={style === null ? t("styles.add") : t("styles.editOf", { name: style.name })}
      closeButtonProps={{ "aria-label": shared("close") }}
    >
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label={t("styles.name")}
            required
            maxLength={100}
            data-autofocus
            value={draft.name}
            onChange={(event) => set({ name: event.currentTarget.value })}
          />
          <Textarea {...words("before")} />
          <Textarea {...words("after")} />
          <Text size="sm" c="dimmed">
            {t("styles.becomes")} <Code>{sample(draft, t("styles.example"))}</Code>
          </Text>
          <Textarea {...words("negative")} />
          <StyleLoras loras={draft.loras} set={(loras) => set({ loras })} />
          <StyleValues draft={draft} set={set} />
          {saving.error && <FaultNote error={saving.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {shared("cancel")}
            </Button>
            <Button type="submit" loading={saving.isPending}>
              {shared("save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
