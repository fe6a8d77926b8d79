import { Badge, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconAlertTriangle, IconCheck } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { bytes, duration } from "@/shared/format";
import { FaultNote } from "@/shared/ui/FaultNote";
import { useClip, useIsMarked } from "../clip";
import { lacking } from "../form/fitting";
import { useForm } from "../form/store";
import type { Estimate } from "../form/types";
import type { useEstimate } from "../server/useEstimate";
import classes from "./panel.module.css";

interface Props {
  estimate: ReturnType<typeof useEstimate>;
  /** Clips that are made at once. */
  clips: number;
}

/** What the clip takes on this machine, before anything is queued. */
export function Preflight({ estimate, clips }: Props) {
  const { t } = useTranslation("generate");
  const { model } = useClip();
  const form = useForm(({ form }) => form);
  const missing = lacking(form, model);
  const { data, error, isOld, refetch } = estimate;
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
        <Answer data={data} clips={clips} />
      )}
    </Stack>
  );
}

function Answer({ data, clips }: { data: Estimate; clips: number }) {
  const { t } = useTranslation("generate");
  const { t: shared } = useTranslation("shared");
  const { plan, installed } = data;
  const calibrated = plan.basis === "calibrated";
  const time = (seconds: number) => duration(seconds, shared);
  const rows = [
    { name: t("preflight.time"), value: time(plan.seconds) },
    ...(clips > 1 ? [{ name: t("preflight.all", { count: clips }), value: time(plan.seconds * clips) }] : []),
    ...(plan.vram > 0 ? [{ name: t("preflight.vram"), value: bytes(plan.vram) }] : []),
    { name: t("preflight.ram"), value: bytes(plan.ram) },
    { name: t("preflight.disk"), value: bytes(plan.disk * clips) },
  ];
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
      <dl className={classes.figures}>
        {rows.map(({ name, value }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <Text size="xs" c="dimmed">
        {t(calibrated ? "preflight.measured" : "preflight.estimated")}
      </Text>
      {plan.costs_quality.length > 0 && (
        <Text size="xs">{t("preflight.costs", { costs: plan.costs_quality.join("; ") })}</Text>
      )}
    </Stack>
  );
}
