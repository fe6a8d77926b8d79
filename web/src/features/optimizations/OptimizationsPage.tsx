import { Select, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { FaultNote } from "@/shared/ui/FaultNote";
import { Page } from "@/shared/ui/Page";
import { inGroups } from "./grouping";
import { Machine } from "./Machine";
import { Measurements } from "./Measurements";
import { Option } from "./Option";
import { modelNamesQuery, type Optimizations, optimizationsQuery } from "./queries";

export function OptimizationsPage() {
  const { t } = useTranslation("optimizations");
  const [model, setModel] = useState<string | null>(null);
  const { data, error, refetch } = useQuery(optimizationsQuery(model));
  const { data: models } = useQuery(modelNamesQuery);
  return (
    <Page title={t("title")}>
      {data && <Machine device={data.device} />}
      <Select
        label={t("model.label")}
        description={t("model.text")}
        data={models ?? []}
        value={model ?? data?.model ?? null}
        onChange={setModel}
        allowDeselect={false}
        searchable
        maw={440}
      />
      {error && <FaultNote error={error} retry={refetch} />}
      {data ? <Groups data={data} /> : !error && <Waiting />}
    </Page>
  );
}

function Groups({ data }: { data: Optimizations }) {
  const { t } = useTranslation("optimizations");
  return (
    <Stack gap={40}>
      {inGroups(data.items).map(({ group, items }) => (
        <Stack component="section" key={group} gap="md" aria-labelledby={`group-${group}`}>
          <div>
            <Title order={2} size="h3" id={`group-${group}`}>
              {t(`group.${group}`)}
            </Title>
            <Text c="dimmed" size="sm" maw={640}>
              {t(`about.${group}`)}
            </Text>
          </div>
          {items.map((item) => (
            <Option key={item.name} item={item} />
          ))}
        </Stack>
      ))}
      <Measurements measurements={data.measurements} />
    </Stack>
  );
}

function Waiting() {
  const { t } = useTranslation("shared");
  return (
    <Stack role="status" aria-label={t("loading")}>
      {[0, 1, 2, 3].map((row) => (
        <Skeleton key={row} height={120} radius="md" />
      ))}
    </Stack>
  );
}
