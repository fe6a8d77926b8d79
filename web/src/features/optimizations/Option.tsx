import { Card, Group, List, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { IconBan, IconCircle, IconCircleCheckFilled } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { ago, duration, moment } from "@/shared/format";
import { isFixed } from "./grouping";
import type { Item } from "./queries";
import { words } from "./words";

/** One option: its benefits and costs, its value on this machine, and measurements. */
export function Option({ item }: { item: Item }) {
  const { t } = useTranslation("optimizations");
  return (
    <Card withBorder padding="md" component="article" aria-labelledby={`option-${item.name}`}>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl">
        <Stack gap="xs">
          <Title order={3} size="h5" id={`option-${item.name}`}>
            {words("name", item.name, item.name, t)}
          </Title>
          <Text size="sm">
            <b>{t("givesLabel")}</b> {words("gives", item.gives, item.gives_text, t)}
          </Text>
          <Text size="sm">
            <b>{t("costsLabel")}</b> {words("costs", item.costs, item.costs_text, t)}
          </Text>
          <Measured item={item} />
        </Stack>
        <Stack gap="xs">
          <List listStyleType="none" spacing={6} aria-label={words("name", item.name, item.name, t)}>
            {item.values.map((value) => (
              <Value key={value.value} of={item.name} value={value} />
            ))}
          </List>
          <Text size="xs" c="dimmed">
            {t(whoDecides(item))}
          </Text>
        </Stack>
      </SimpleGrid>
    </Card>
  );
}

/** Optimizations that skip part of the model's work, as far as its weights allow. */
const SAVING = ["step_cache", "sparse_attention"];

function whoDecides(item: Item) {
  if (item.name === "slots") return "decides.slots" as const;
  if (isFixed(item)) return "decides.nothing" as const;
  if (item.name === "accuracy") return "decides.accuracy" as const;
  if (SAVING.includes(item.name)) return "decides.saving" as const;
  return item.per_request ? ("decides.clip" as const) : ("decides.plan" as const);
}

function Value({ of, value }: { of: string; value: Item["values"][number] }) {
  const { t } = useTranslation("optimizations");
  const Icon = value.chosen ? IconCircleCheckFilled : value.available ? IconCircle : IconBan;
  const note = value.chosen
    ? t("chosen")
    : value.reason === null
      ? null
      : words("reason", value.reason, value.reason_text ?? "", t);
  return (
    <List.Item>
      <Group gap={8} wrap="nowrap" align="flex-start">
        <Icon
          size={18}
          stroke={1.6}
          aria-hidden
          style={{ flexShrink: 0, marginTop: 2 }}
          color={value.chosen ? "var(--mantine-color-teal-text)" : "var(--mantine-color-dimmed)"}
        />
        <Text size="sm">
          <Text span inherit {...(value.chosen ? { fw: 600 } : value.available ? {} : { c: "dimmed" })}>
            {words("value", `${of}-${value.value}`, words("value", value.value, value.value, t), t)}
          </Text>
          {note && (
            <Text span inherit c="dimmed">
              {" — "}
              {note}
            </Text>
          )}
        </Text>
      </Group>
    </List.Item>
  );
}

/** Only this machine's own measurements, with their date. */
function Measured({ item }: { item: Item }) {
  const { t } = useTranslation("optimizations");
  const { t: shared } = useTranslation("shared");
  const { measured } = item;
  if (measured === null) {
    const could = ["memory", "speed"].includes(item.group) && !isFixed(item);
    return could ? (
      <Text size="sm" c="dimmed">
        {t("measured.none")}
      </Text>
    ) : null;
  }
  const time = duration(measured.figure, shared);
  return (
    <Text size="sm">
      <b>{t("measured.label")}</b>{" "}
      {measured.unit === "seconds_a_pass"
        ? t("measured.pass", { time })
        : t(item.name === "text_encoder" ? "measured.reading" : "measured.decoding", { time })}
      {", "}
      <time dateTime={new Date(measured.at * 1000).toISOString()} title={moment(measured.at)}>
        {ago(measured.at)}
      </time>
    </Text>
  );
}
