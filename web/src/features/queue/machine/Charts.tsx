import { SimpleGrid, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useInViewport } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, body } from "@/shared/api/client";
import { bytes, duration, number } from "@/shared/format";
import { FaultNote } from "@/shared/ui/FaultNote";
import { Chart } from "./Chart";
import { CHARTS, type Series, seriesOf, summaryOf } from "./series";

const EVERY_MS = 2000;
/** Ten minutes of samples, one every two seconds. */
const SAMPLES = 300;

/** Charts of the machine's load, polled only while they are visible. */
export function Charts({ narrow = false }: { narrow?: boolean }) {
  const { t } = useTranslation("queue");
  const { ref, inViewport } = useInViewport<HTMLDivElement>();
  const stats = useQuery({
    queryKey: ["system", "stats", SAMPLES],
    queryFn: async ({ signal }) =>
      body(await api.GET("/api/v1/system/stats", { params: { query: { history: SAMPLES } }, signal })),
    refetchInterval: inViewport ? EVERY_MS : false,
  });
  const history = stats.data?.history;
  const all = history?.length ? CHARTS.map((name) => seriesOf(name, history)).filter((one) => one !== null) : [];
  return (
    <Stack ref={ref} gap="sm" component="section" aria-labelledby="charts">
      <Title order={2} size="h4" id="charts">
        {t("charts.title")}
      </Title>
      {stats.isError && <FaultNote error={stats.error} retry={stats.refetch} />}
      {stats.isPending && <Skeleton height={160} role="status" aria-label={t("loading", { ns: "shared" })} />}
      {stats.isSuccess && all.length === 0 && (
        <Text size="sm" c="dimmed">
          {t("charts.none")}
        </Text>
      )}
      <SimpleGrid cols={narrow ? { base: 1, xs: 2, md: 3, xl: 1 } : { base: 1, sm: 2, xl: 3 }} spacing="lg">
        {all.map((series) => (
          <Figure key={series.name} series={series} />
        ))}
      </SimpleGrid>
      {all.length > 0 && !all.some((series) => series.name === "vram") && (
        <Text size="xs" c="dimmed">
          {t("charts.noGpu")}
        </Text>
      )}
    </Stack>
  );
}

function Figure({ series }: { series: Series }) {
  const { t } = useTranslation("queue");
  const { t: shared } = useTranslation("shared");
  const { now, most, over } = summaryOf(series);
  const name = t(`charts.${series.name}`);
  const percent = (share: number) => `${number(100 * share)} %`;
  const { used, total } = series;
  const value =
    used === null || total === null ? percent(now) : t("charts.of", { used: bytes(used), total: bytes(total) });
  const most_ = t("charts.most", { share: percent(most), time: duration(over, shared) });
  return (
    <Stack gap={4} component="figure" m={0}>
      <figcaption>
        <Text size="sm" fw={600}>
          {name}{" "}
          <Text span fw={400} size="sm">
            {value}
          </Text>
        </Text>
        <Text size="xs" c="dimmed">
          {most_}
        </Text>
      </figcaption>
      <Chart at={series.at} share={series.share} label={`${name}: ${value}. ${most_}`} />
    </Stack>
  );
}
