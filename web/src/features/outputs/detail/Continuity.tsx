import { Button, Group, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/shared/api/client";
import { NOTICED, useContinuity } from "@/shared/continuity";
import { number } from "@/shared/format";
import classes from "@/shared/recipe/RecipeView.module.css";
import { FaultNote } from "@/shared/ui/FaultNote";
import { Curve } from "./Curve";

/** How steady the clip is; measured only on request, because it takes some seconds. */
export function Continuity({ asset, repair }: { asset: Schemas["AssetAnswer"]; repair: () => void }) {
  const { t } = useTranslation("outputs");
  const [asked, setAsked] = useState(false);
  const { data, error, isFetching, refetch } = useContinuity(asset.id, asked);
  return (
    <Stack gap="sm" component="section" aria-label={t("continuity.title")}>
      <Title order={2} size="h4">
        {t("continuity.title")}
      </Title>
      {error !== null && <FaultNote error={error} retry={refetch} />}
      {data === undefined ? (
        <Group justify="space-between">
          <Text size="sm">{t("continuity.text")}</Text>
          <Button variant="default" size="compact-sm" loading={isFetching} onClick={() => setAsked(true)}>
            {t("continuity.measure")}
          </Button>
        </Group>
      ) : (
        <>
          <Figures report={data} />
          <Curve label={t("continuity.driftCurve")} values={data.chart.colour_drift} least={NOTICED} cuts={data.cuts} />
          <Curve label={t("continuity.sharpnessCurve")} values={data.chart.sharpness} least={1} cuts={data.cuts} />
          {data.most_drift > NOTICED && (
            <Group justify="space-between">
              <Text size="sm">{t("continuity.drifts")}</Text>
              <Button variant="default" size="compact-sm" onClick={repair}>
                {t("continuity.repair")}
              </Button>
            </Group>
          )}
        </>
      )}
    </Stack>
  );
}

function Figures({ report }: { report: Schemas["ContinuityAnswer"] }) {
  const { t } = useTranslation("outputs");
  const { drift } = report;
  const share = (part: number) => `${part > 0 ? "+" : ""}${number(part * 100, 0)} %`;
  const runs = (list: readonly Schemas["RunAnswer"][]) =>
    list.map((run) => t("continuity.run", { count: run.count, from: run.first })).join(", ") || t("continuity.none");
  const rows: [string, string][] = [
    [
      t("continuity.colour"),
      t("continuity.colourDrift", { end: number(drift.colour, 1), most: number(report.most_drift, 1) }),
    ],
    [t("continuity.contrast"), share(drift.contrast)],
    [t("continuity.sharpness"), share(drift.sharpness)],
    [t("continuity.consistency"), number(report.consistency, 3)],
    [t("continuity.cuts"), report.cuts.join(", ") || t("continuity.none")],
    [t("continuity.frozen"), runs(report.frozen)],
    [t("continuity.duplicates"), runs(report.duplicates)],
  ];
  return (
    <dl className={classes.fields}>
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
