import { Badge, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconAlertTriangle, IconCheck } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { bytes, duration } from "@/shared/format";
import { FaultNote } from "@/shared/ui/FaultNote";
import { useClip, useIsMarked } from "../clip";
import { costlyCells } from "../form/clips";
import { type Answers, costOfAll } from "../form/cost";
import { lacking } from "../form/fitting";
import { useForm } from "../form/store";
import type { useEstimate } from "../server/useEstimate";
import classes from "./panel.module.css";

interface Props {
  estimate: ReturnType<typeof useEstimate>;
  /** Number of clips that one submission makes. */
  clips: number;
}

/** What the clip needs on this machine, before anything is queued. */
export function Preflight({ estimate, clips }: Props) {
  const { t } = useTranslation("generate");
  const { model } = useClip();
  const form = useForm(({ form }) => form);
  const missing = lacking(form, model);
  const { data, others, error, isOld, refetch } = estimate;
  const isMarked = useIsMarked(error);
  return (
    <Stack component="section" gap="sm" aria-labelledby="preflight" aria-busy={isOld}>
      <Title order={2} size="h5" id="preflight">
        {t("preflight.title")}
      </Title>
      {missing.length > 0 ? (
        <Text size="sm">
          {t("preflight.missing", {
            what: missing.map((group) => group.map((role) => t(`role.${role}`)).join(" / ")).join(", "),
          })}
        </Text>
      ) : isMarked ? (
        <Text size="sm">{t("preflight.wrong")}</Text>
      ) : error ? (
        <FaultNote error={error} retry={refetch} />
      ) : data === undefined ? (
        <Skeleton h={130} />
      ) : (
        <Answer answers={[data, ...others]} clips={clips} />
      )}
    </Stack>
  );
}

function Answer({ answers, clips }: { answers: Answers; clips: number }) {
  const { t } = useTranslation("generate");
  const { plan, installed } = answers.find((answer) => answer?.plan.fits === false) ?? answers[0];
  const calibrated = plan.basis === "calibrated";
  return (
    <Stack gap="xs">
      <Group gap="xs">
        <Badge
          variant="light"
          color={plan.fits ? "teal" : "red"}
          tt="none"
          size="lg"
          autoContrast
          leftSection={
            plan.fits ? <IconCheck size={14} stroke={2} aria-hidden /> : <IconAlertTriangle size={14} aria-hidden />
          }
        >
          {t(plan.fits ? "preflight.fits" : "preflight.fitsNot")}
        </Badge>
        <Text size="xs" c="dimmed">
          {t(plan.device === "cpu" ? "preflight.onProcessor" : "preflight.onCard", { device: plan.device })}
        </Text>
      </Group>
      {plan.shortage && <Text size="sm">{plan.shortage}</Text>}
      {!installed && <Text size="sm">{t("preflight.notInstalled")}</Text>}
      <Figures answers={answers} clips={clips} />
      <Text size="xs" c="dimmed">
        {t(calibrated ? "preflight.measured" : "preflight.estimated")}
      </Text>
      {plan.costs_quality.length > 0 && (
        <Text size="xs">{t("preflight.costs", { costs: plan.costs_quality.join("; ") })}</Text>
      )}
    </Stack>
  );
}

function Figures({ answers, clips }: { answers: Answers; clips: number }) {
  const { t } = useTranslation("generate");
  const { t: shared } = useTranslation("shared");
  const { model } = useClip();
  const form = useForm(({ form }) => form);
  const cells = costlyCells(form, model);
  const all = costOfAll(cells, answers, clips, form.draftSteps);
  const plans = answers.flatMap((answer) => answer?.plan ?? []);
  const isDraft = form.draftSteps !== null;
  const time = (seconds: number) => duration(seconds, shared);
  const most = (part: "vram" | "ram") => Math.max(...plans.map((one) => one[part]));
  const told = (value: string) => (plans.length < cells.length ? t("preflight.about", { value }) : value);
  const rows = [
    { name: t(cells.length > 1 ? "preflight.first" : "preflight.time"), value: time(answers[0].plan.seconds) },
    ...(clips > 1 || isDraft
      ? [{ name: t(isDraft ? "preflight.drafts" : "preflight.all", { count: clips }), value: told(time(all.seconds)) }]
      : []),
    ...(most("vram") > 0 ? [{ name: t("preflight.vram"), value: bytes(most("vram")) }] : []),
    { name: t("preflight.ram"), value: bytes(most("ram")) },
    { name: t("preflight.disk"), value: told(bytes(all.disk)) },
  ];
  return (
    <dl className={classes.figures}>
      {rows.map(({ name, value }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
