import { Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { bytes } from "@/shared/format";
import type { Device } from "./queries";

/** This machine in a sentence, with a line of technical details. */
export function Machine({ device }: { device: Device }) {
  const { t } = useTranslation("optimizations");
  const own = {
    name: device.name,
    memory: bytes(device.memory_total),
    free: bytes(device.memory_free),
    ram: bytes(device.ram_total),
  };
  const facts = [
    t("machine.computes", { dtype: device.dtype }),
    ...(device.capability === null ? [] : [t("machine.capability", { capability: device.capability })]),
    ...(device.driver === null ? [] : [t("machine.driver", { driver: device.driver })]),
    ...(device.torch === null ? [] : [`torch ${device.torch}`]),
    ...(device.cuda === null ? [] : [`CUDA ${device.cuda}`]),
  ];
  return (
    <Stack gap={4} maw={760}>
      <Text size="lg">{t(device.device === "cpu" ? "machine.processor" : "machine.gpu", own)}</Text>
      <Text size="sm" c="dimmed">
        {facts.join(" · ")}
      </Text>
    </Stack>
  );
}
