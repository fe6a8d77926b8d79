import { ActionIcon, Fieldset, Group, NumberInput, Select, Stack, Text } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { weightsQuery } from "@/shared/weights";
import type { Lora } from "./draft";

const MOST = 16;

/** The LoRAs of a style, each with its strength on both experts. */
export function StyleLoras({ loras, set }: { loras: Lora[]; set: (loras: Lora[]) => void }) {
  const { t } = useTranslation("settings");
  const { data: known = [] } = useQuery(weightsQuery("lora"));
  const left = known.filter(({ id }) => loras.every(({ asset }) => asset !== id));
  const nameOf = (asset: string) => known.find(({ id }) => id === asset)?.name ?? t("styles.loraGone");
  const change = (asset: string, strengths: Partial<Lora>) =>
    set(loras.map((lora) => (lora.asset === asset ? { ...lora, ...strengths } : lora)));
  return (
    <Fieldset legend={t("styles.loras")}>
      <Stack gap="sm">
        {known.length === 0 && loras.length === 0 && (
          <Text size="sm" c="dimmed">
            {t("styles.noLoras")}
          </Text>
        )}
        {loras.map((lora) => (
          <Row
            key={lora.asset}
            name={nameOf(lora.asset)}
            lora={lora}
            change={(strengths) => change(lora.asset, strengths)}
            remove={() => set(loras.filter(({ asset }) => asset !== lora.asset))}
          />
        ))}
        {left.length > 0 && loras.length < MOST && (
          <Select
            key={loras.length}
            label={t("styles.addLora")}
            data={left.map(({ id, name }) => ({ value: id, label: name }))}
            searchable
            value={null}
            onChange={(asset) => asset && set([...loras, { asset, strength_low: 1, strength_high: 1 }])}
          />
        )}
      </Stack>
    </Fieldset>
  );
}

interface RowProps {
  name: string;
  lora: Lora;
  change: (strengths: Partial<Lora>) => void;
  remove: () => void;
}

function Row({ name, lora, change, remove }: RowProps) {
  const { t } = useTranslation("settings");
  return (
    <Group align="end" gap="xs">
      <Text size="sm" fw={500} flex={1} miw={140} style={{ overflowWrap: "anywhere" }} pb={8}>
        {name}
      </Text>
      {(["strength_low", "strength_high"] as const).map((which) => (
        <NumberInput
          key={which}
          label={t(`styles.${which}`)}
          aria-label={`${name}: ${t(`styles.${which}`)}`}
          min={-10}
          max={10}
          step={0.1}
          decimalScale={2}
          w={110}
          value={lora[which]}
          onChange={(typed) => typed !== "" && Number.isFinite(Number(typed)) && change({ [which]: Number(typed) })}
        />
      ))}
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={t("styles.removeLora", { name })}
        onClick={remove}
      >
        <IconX size={16} aria-hidden />
      </ActionIcon>
    </Group>
  );
}
