import { Group, SegmentedControl, SimpleGrid, Skeleton, Stack, Text } from "@mantine/core";
import { IconBox } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useIsAdmin } from "@/shared/session";
import { EmptyState } from "@/shared/ui/EmptyState";
import { FaultNote } from "@/shared/ui/FaultNote";
import { Page } from "@/shared/ui/Page";
import { DiskUse } from "./DiskUse";
import { ModelCard } from "./ModelCard";
import { modelsQuery, pullsQuery } from "./queries";
import { type Filter, shown, usedByAll } from "./standing";
import { Weights } from "./Weights";

const FILTERS: readonly Filter[] = ["all", "installed", "fits"];

export function ModelsPage() {
  const { t } = useTranslation("models");
  const admin = useIsAdmin();
  const [filter, setFilter] = useState<Filter>("all");
  const { data: models, error, refetch } = useQuery(modelsQuery);
  useQuery(pullsQuery);
  return (
    <Page title={t("title")}>
      <Group justify="space-between">
        <SegmentedControl
          aria-label={t("filter.label")}
          value={filter}
          onChange={(value) => setFilter(value as Filter)}
          data={FILTERS.map((value) => ({ value, label: t(`filter.${value}`) }))}
        />
        {models && <DiskUse used={usedByAll(models)} />}
      </Group>
      {!admin && <Text size="sm">{t("readOnly")}</Text>}
      {error && <FaultNote error={error} retry={refetch} />}
      {models ? <Cards models={shown(models, filter)} /> : !error && <Waiting />}
      <Weights kind="lora" />
      <Weights kind="upscaler" />
    </Page>
  );
}

function Cards({ models }: { models: ReturnType<typeof shown> }) {
  const { t } = useTranslation("models");
  if (models.length === 0) return <EmptyState Icon={IconBox} text={t("none")} />;
  return (
    <SimpleGrid component="ul" cols={{ base: 1, lg: 2 }} spacing="md" m={0} p={0} style={{ listStyle: "none" }}>
      {models.map((model) => (
        <ModelCard key={model.name} model={model} />
      ))}
    </SimpleGrid>
  );
}

function Waiting() {
  const { t } = useTranslation("shared");
  return (
    <Stack role="status" aria-label={t("loading")}>
      {[0, 1, 2].map((row) => (
        <Skeleton key={row} height={180} radius="md" />
      ))}
    </Stack>
  );
}
