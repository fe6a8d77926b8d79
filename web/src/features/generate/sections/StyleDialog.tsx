import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body } from "@/shared/api/client";
import { Dialog } from "@/shared/ui/Dialog";
import { FaultNote } from "@/shared/ui/FaultNote";
import { useForm } from "../form/store";
import { styleFrom, withStyle } from "../form/style";

const MOST_NAME = 100;

/** Saves the look of the form as a style. */
export function StyleDialog({ close }: { close: () => void }) {
  const { t } = useTranslation("generate");
  const queries = useQueryClient();
  const [words, setWords] = useState({ name: "", before: "", after: "" });
  const keep = useMutation({
    mutationFn: async () => body(await api.POST("/api/v1/styles", { body: styleFrom(useForm.getState().form, words) })),
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: ["styles"] });
      useForm.getState().update((form) => withStyle(form, id));
      close();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    keep.mutate();
  };
  const field = (name: keyof typeof words) => ({
    label: t(`style.${name}`),
    value: words[name],
    onChange: (event: { currentTarget: { value: string } }) => {
      const { value } = event.currentTarget;
      setWords((words) => ({ ...words, [name]: value }));
    },
  });

  return (
    <Dialog opened onClose={close} title={t("style.title")} closeButtonProps={{ "aria-label": t("crop.close") }}>
      <form onSubmit={submit}>
        <Stack>
          <Text size="sm">{t("style.text")}</Text>
          <TextInput {...field("name")} required maxLength={MOST_NAME} data-autofocus />
          <TextInput {...field("before")} />
          <TextInput {...field("after")} />
          {keep.error && <FaultNote error={keep.error} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>
              {t("crop.cancel")}
            </Button>
            <Button type="submit" loading={keep.isPending} disabled={words.name.trim() === ""}>
              {t("style.keep")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
