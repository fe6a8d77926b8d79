import { Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, body } from "@/shared/api/client";
import { FaultNote } from "@/shared/ui/FaultNote";

const PARTS = ["database", "storage", "workers"] as const;
const EVERY_MS = 10_000;

/** Health checks of everything that jobs need, in sentences. */
export function Health() {
  const { t } = useTranslation("queue");
  const health = useQuery({
    queryKey: ["system", "health"],
    queryFn: async ({ signal }) => body(await api.GET("/api/v1/system/health", { signal })),
    refetchInterval: EVERY_MS,
  });
  return (
    <Stack gap="sm" component="section" aria-labelledby="health">
      <Title order={2} size="h4" id="health">
        {t("health.title")}
      </Title>
      {health.isError && <FaultNote error={health.error} retry={health.refetch} />}
      {health.isPending && <Skeleton height={72} role="status" aria-label={t("loading", { ns: "shared" })} />}
      {health.data && (
        <Stack gap={6}>
          {PARTS.map((part) => (
            <Sentence
              key={part}
              ok={health.data[part].ok}
              text={health.data[part].ok ? t(`health.${part}`) : health.data[part].message}
            />
          ))}
        </Stack>
      )}
    </Stack>
  );
}

function Sentence({ ok, text }: { ok: boolean; text: string }) {
  const { t } = useTranslation("queue");
  const Icon = ok ? IconCircleCheck : IconAlertTriangle;
  return (
    <Group gap="xs" wrap="nowrap">
      <Icon
        size={18}
        stroke={1.6}
        role="img"
        aria-label={t(ok ? "health.ok" : "health.bad")}
        color={`var(--mantine-color-${ok ? "teal" : "orange"}-text)`}
        style={{ flexShrink: 0 }}
      />
      <Text size="sm">{text}</Text>
    </Group>
  );
}
