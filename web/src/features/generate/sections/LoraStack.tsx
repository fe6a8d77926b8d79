import { ActionIcon, Button, FileButton, Group, Input, NumberInput, Paper, Select, Stack, Text } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { upload } from "@/shared/api/client";
import { FaultNote } from "@/shared/ui/FaultNote";
import { useClip, useError } from "../clip";
import { INLINE } from "../fields/inline";
import { useForm } from "../form/store";
import type { Asset, LoraPick } from "../form/types";
import { useLoras } from "../server/queries";

const MOST_LORAS = 16;
const MOST_STRENGTH = 10;

/** The clip's LoRAs, each with a strength, or with one for each expert. */
export function LoraStack() {
  const { t } = useTranslation("generate");
  const { form, update } = useForm();
  const { data = [] } = useLoras(true);
  const error = useError("loras");
  const bring = useBringLora();
  const free = data.filter((lora) => !form.loras.some((one) => one.sha256 === lora.sha256));
  const full = form.loras.length >= MOST_LORAS;

  const add = (asset: Asset | undefined) => {
    if (asset) update((form) => ({ ...form, loras: [...form.loras, pickOf(asset)] }));
  };
  const set = (at: number, lora: LoraPick | null) =>
    update((form) => ({ ...form, loras: form.loras.flatMap((one, index) => (index === at ? (lora ?? []) : one)) }));

  return (
    <Input.Wrapper label={t("lora.label")} labelElement="div" {...(error ? { error } : {})}>
      <Stack gap="xs" mt={4}>
        {form.loras.map((lora, at) => (
          <LoraRow key={lora.sha256} lora={lora} set={(next) => set(at, next)} />
        ))}
        {bring.error && <FaultNote error={bring.error} />}
        <Group gap="xs">
          {free.length > 0 && (
            <Select
              comboboxProps={INLINE}
              aria-label={t("lora.add")}
              placeholder={t("lora.add")}
              data={free.map(({ id, name }) => ({ value: id, label: name || id }))}
              value={null}
              onChange={(id) => add(free.find((one) => one.id === id))}
              disabled={full}
              searchable
              flex={1}
              maw={320}
            />
          )}
          <FileButton accept=".safetensors" onChange={(file) => file && bring.mutate(file, { onSuccess: add })}>
            {(props) => (
              <Button
                {...props}
                variant="default"
                loading={bring.isPending}
                disabled={full}
                leftSection={<IconPlus size={16} stroke={1.6} aria-hidden />}
              >
                {t("lora.bring")}
              </Button>
            )}
          </FileButton>
        </Group>
      </Stack>
    </Input.Wrapper>
  );
}

function LoraRow({ lora, set }: { lora: LoraPick; set: (lora: LoraPick | null) => void }) {
  const { t } = useTranslation("generate");
  const { model } = useClip();
  const name = lora.name || lora.sha256.slice(0, 8);
  const strength = (label: string, value: number, change: (value: number) => LoraPick) => (
    <NumberInput
      aria-label={t("lora.strengthOf", { name, part: label })}
      description={label}
      value={value}
      onChange={(next) => typeof next === "number" && set(change(next))}
      min={-MOST_STRENGTH}
      max={MOST_STRENGTH}
      step={0.05}
      decimalScale={3}
      size="xs"
      w={88}
    />
  );
  return (
    <Paper withBorder p="xs">
      <Group gap="sm" align="flex-end" justify="space-between">
        <Text size="sm" flex="1 1 120px" style={{ overflowWrap: "anywhere" }}>
          {name}
        </Text>
        {model.experts > 1 ? (
          <>
            {strength(t("lora.high"), lora.high, (high) => ({ ...lora, high }))}
            {strength(t("lora.low"), lora.low, (low) => ({ ...lora, low }))}
          </>
        ) : (
          strength(t("lora.strength"), lora.low, (both) => ({ ...lora, low: both, high: both }))
        )}
        <ActionIcon variant="subtle" color="gray" aria-label={t("lora.remove", { name })} onClick={() => set(null)}>
          <IconTrash size={16} stroke={1.6} aria-hidden />
        </ActionIcon>
      </Group>
    </Paper>
  );
}

function useBringLora() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (file: File) => upload(file, file.name),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["media"] }),
  });
}

function pickOf(asset: Asset): LoraPick {
  return { asset: asset.id, sha256: asset.sha256, name: asset.name, low: 1, high: 1 };
}
