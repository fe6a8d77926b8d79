import { Group, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconCircleX, IconHelpCircle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { bytes, duration, rate } from "@/shared/format";
import type { Model } from "./standing";

const SIGNS = {
  yes: { Icon: IconCircleCheck, color: "var(--mantine-color-teal-text)" },
  tight: { Icon: IconAlertTriangle, color: "var(--mantine-color-yellow-text)" },
  no: { Icon: IconCircleX, color: "var(--mantine-color-red-text)" },
  unknown: { Icon: IconHelpCircle, color: "var(--mantine-color-dimmed)" },
} as const;

/** Whether this machine can make the model's default clip, and what that needs. */
export function FitsHere({ model }: { model: Model }) {
  const { t } = useTranslation("models");
  const fits = model.fits ?? "unknown";
  const { Icon, color } = SIGNS[fits];
  return (
    <Stack gap={2}>
      <Group gap={6} wrap="nowrap">
        <Icon size={18} stroke={1.8} color={color} aria-hidden style={{ flexShrink: 0 }} />
        <Text size="sm" fw={550}>
          {t(`fits.${fits}`)}
        </Text>
      </Group>
      {model.needs !== null && <Needs model={model} needs={model.needs} />}
    </Stack>
  );
}

function Needs({ model, needs }: { model: Model; needs: NonNullable<Model["needs"]> }) {
  const { t } = useTranslation("models");
  const { t: shared } = useTranslation("shared");
  const { size, frames, fps } = model.defaults;
  const seconds = duration(frames / rate(fps), shared);
  const parts = [
    ...(needs.vram > 0 ? [t("needs.vram", { amount: bytes(needs.vram) })] : []),
    t("needs.ram", { amount: bytes(needs.ram) }),
    ...(needs.disk > 0 ? [t("needs.disk", { amount: bytes(needs.disk) })] : []),
    ...(model.fits === "no" ? [] : [t("needs.time", { time: duration(needs.seconds, shared) })]),
  ];
  return (
    <Text size="sm" c="dimmed">
      {t("needs.clip", { size: size.replace("x", " × "), seconds })} {parts.join(" · ")}
    </Text>
  );
}
