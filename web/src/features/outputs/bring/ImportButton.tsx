import { Button, Group, SegmentedControl, Stack, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconLink } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/shared/api/client";
import { Dialog } from "@/shared/ui/Dialog";
import { refreshLists } from "../library/useLibrary";

type From = "url" | "path";

/** Imports a file from a web address, or from a folder that the server may import from. */
export function ImportButton() {
  const { t } = useTranslation("outputs");
  const { t: ts } = useTranslation("shared");
  const [opened, { open, close }] = useDisclosure();
  return (
    <>
      <Button variant="default" leftSection={<IconLink size={18} aria-hidden />} onClick={open}>
        {t("bring.import")}
      </Button>
      <Dialog
        opened={opened}
        onClose={close}
        title={t("bring.importTitle")}
        closeButtonProps={{ "aria-label": ts("close") }}
      >
        <ImportForm close={close} />
      </Dialog>
    </>
  );
}

function ImportForm({ close }: { close: () => void }) {
  const { t } = useTranslation("outputs");
  const { t: ts } = useTranslation("shared");
  const queries = useQueryClient();
  const [from, setFrom] = useState<From>("url");
  const [text, setText] = useState("");
  const bring = useMutation({
    mutationFn: () => api.POST("/api/v1/media/import", { body: from === "url" ? { url: text } : { path: text } }),
    onSuccess: async () => {
      close();
      await refreshLists(queries, false);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    bring.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <SegmentedControl
          aria-label={t("bring.from")}
          value={from}
          onChange={(value) => {
            setFrom(value as From);
            bring.reset();
          }}
          data={[
            { value: "url", label: t("bring.url") },
            { value: "path", label: t("bring.path") },
          ]}
        />
        <TextInput
          label={t(from === "url" ? "bring.url" : "bring.path")}
          description={t(from === "url" ? "bring.urlHelp" : "bring.pathHelp")}
          value={text}
          error={bring.error?.message}
          onChange={(event) => setText(event.currentTarget.value)}
          data-autofocus
          required
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>
            {ts("cancel")}
          </Button>
          <Button type="submit" loading={bring.isPending} disabled={text.trim() === ""}>
            {t("bring.import")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
