import { Alert, Button, Group, Paper, SimpleGrid, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body } from "@/shared/api/client";
import { FaultNote } from "@/shared/ui/FaultNote";
import { did } from "@/shared/undo";
import { useClip } from "../clip";
import { useForm } from "../form/store";
import { escapeWildcards, expandWildcards } from "../form/wildcards";

/** The written prompt beside its enhanced version; the user keeps one of them. */
export function EnhancePreview({ close }: { close: () => void }) {
  const { t } = useTranslation("generate");
  const { model } = useClip();
  // The prompt when the button was pressed, so that further typing sends no new requests.
  const [written] = useState(() => useForm.getState().form.prompt);
  const [sent = ""] = expandWildcards(written, 1);
  const seed = useForm(({ form }) => form.seed) ?? 0;
  const { data, error, refetch } = useQuery({
    queryKey: ["models", "generate", "enhanced", model.name, sent, seed],
    queryFn: async ({ signal }) =>
      body(await api.POST("/api/v1/prompts/enhance", { body: { prompt: sent, model: model.name, seed }, signal })),
    retry: false,
  });

  const take = (prompt: string) => {
    const { form, change } = useForm.getState();
    const enhanced = escapeWildcards(prompt);
    change({ prompt: enhanced });
    did({
      label: t("enhance.taken"),
      undo: async () => change({ prompt: form.prompt }),
      redo: async () => change({ prompt: enhanced }),
    });
    close();
  };

  if (error) return <FaultNote error={error} retry={refetch} />;
  return (
    <Paper withBorder p="md" component="section" aria-label={t("enhance.title")} aria-busy={data === undefined}>
      <Stack gap="sm">
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <Version title={t("enhance.written")} text={sent} />
          {data ? <Version title={t("enhance.enhanced")} text={data.prompt} /> : <Skeleton h={96} />}
        </SimpleGrid>
        {data?.warning && <Alert color="yellow">{data.warning}</Alert>}
        <Group gap="xs" justify="flex-end">
          <Button variant="default" size="compact-md" onClick={close}>
            {t("enhance.keep")}
          </Button>
          <Button
            size="compact-md"
            variant="light"
            disabled={data === undefined || data.prompt === sent}
            onClick={() => data && take(data.prompt)}
          >
            {t("enhance.take")}
          </Button>
        </Group>
      </Stack>
    </Paper>
  );
}

function Version({ title, text }: { title: string; text: string }) {
  return (
    <Stack gap={4}>
      <Text size="sm" fw={600}>
        {title}
      </Text>
      <Text size="sm" style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
        {text}
      </Text>
    </Stack>
  );
}
