import { Button, Card, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconBrush, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMayWrite } from "@/shared/session";
import { EmptyState } from "@/shared/ui/EmptyState";
import { FaultNote } from "@/shared/ui/FaultNote";
import { Page } from "@/shared/ui/Page";
import { ToSettings } from "../ToSettings";
import type { Style } from "./draft";
import { StyleEditor } from "./StyleEditor";
import { useStyles } from "./useStyles";

/** Styles: prompt text, LoRAs and values to use for many clips. */
export function StylesPage() {
  const { t } = useTranslation("settings");
  const write = useMayWrite();
  const { list, saving, remove } = useStyles();
  const [edited, setEdited] = useState<Style | "new" | null>(null);
  const edit = (style: Style | "new") => {
    saving.reset(); // earlier refusals do not concern this style
    setEdited(style);
  };
  const add = write && (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => edit("new")}>
      {t("styles.add")}
    </Button>
  );
  return (
    <Page title={t("styles.title")} actions={list.data && list.data.length > 0 && add}>
      <ToSettings />
      <Text c="dimmed" maw={640}>
        {t("styles.text")}
      </Text>
      {list.error && <FaultNote error={list.error} retry={list.refetch} />}
      {list.isPending && <Skeleton height={120} />}
      {list.data?.length === 0 && (
        <EmptyState Icon={IconBrush} text={t(write ? "styles.none" : "styles.noneToSee")}>
          {add}
        </EmptyState>
      )}
      <Stack component="ul" gap="sm" m={0} p={0} style={{ listStyle: "none" }}>
        {list.data?.map((style) => (
          <StyleCard
            key={style.id}
            style={style}
            edit={write ? () => edit(style) : null}
            remove={() => void remove(style)}
          />
        ))}
      </Stack>
      {edited !== null && (
        <StyleEditor style={edited === "new" ? null : edited} saving={saving} close={() => setEdited(null)} />
      )}
    </Page>
  );
}

function StyleCard({ style, edit, remove }: { style: Style; edit: (() => void) | null; remove: () => void }) {
  const { t } = useTranslation("settings");
  const { name } = style;
  return (
    <Card component="li" withBorder padding="md">
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Stack gap={2} miw={0}>
          <Title order={2} size="h5">
            {name}
          </Title>
          <Text size="sm" style={{ overflowWrap: "anywhere" }}>
            {[style.before, "…", style.after].filter(Boolean).join(" ")}
          </Text>
          <Text size="sm" c="dimmed">
            {summary(style, t).join(" · ")}
          </Text>
        </Stack>
        {edit && (
          <Group gap="xs" wrap="nowrap">
            <Button size="compact-sm" variant="default" onClick={edit} aria-label={t("styles.editOf", { name })}>
              {t("styles.edit")}
            </Button>
            <Button
              size="compact-sm"
              variant="subtle"
              color="red"
              onClick={remove}
              aria-label={t("styles.deleteOf", { name })}
            >
              {t("styles.delete")}
            </Button>
          </Group>
        )}
      </Group>
    </Card>
  );
}

function summary(
  { negative_prompt, loras, values }: Style,
  t: ReturnType<typeof useTranslation<"settings">>["t"],
): string[] {
  const { steps, guidance, shift, solver, accuracy, motion } = values;
  return [
    ...(negative_prompt ? [t("styles.without", { words: negative_prompt })] : []),
    ...(loras.length > 0 ? [t("styles.loraCount", { count: loras.length })] : []),
    ...(steps ? [t("styles.steps", { count: steps })] : []),
    ...(guidance ? [t("styles.guidance", { value: guidance.join(" / ") })] : []),
    ...(shift ? [t("styles.shift", { value: shift })] : []),
    ...(solver ? [solver] : []),
    ...(accuracy ? [t(`accuracy.${accuracy}`)] : []),
    ...(motion !== undefined && motion !== null ? [t("styles.motion", { value: motion })] : []),
  ];
}
