import { Button, Group, Select, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPalette } from "@tabler/icons-react";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Section } from "@/shared/ui/Section";
import { useClip, useError } from "../clip";
import { ChoiceField } from "../fields/ChoiceField";
import { INLINE } from "../fields/inline";
import { useForm } from "../form/store";
import { withPreset } from "../form/values";
import { LoraStack } from "./LoraStack";

const StyleDialog = lazy(async () => ({ default: (await import("./StyleDialog")).StyleDialog }));

/** Ready-made choices of quality, preset and style. */
export function LookSection() {
  const { t } = useTranslation("generate");
  const { model, presets, levels, styles } = useClip();
  const { form, change, update } = useForm();
  const fitting = presets.filter((preset) => model.presets.includes(preset.name));
  const presetError = useError(fitting.length > 0 && "preset");
  const styleError = useError(styles.length > 0 && "style");
  const qualityError = useError(levels.length > 0 && "quality");
  const preset = fitting.find((one) => one.name === form.preset);
  const none = "none";
  const [opened, { open, close }] = useDisclosure(false);

  return (
    <Section title={t("look.title")}>
      {levels.length > 0 && (
        <ChoiceField
          label={t("look.quality")}
          error={qualityError}
          value={form.quality ?? none}
          // A chosen number of steps would override the quality level.
          onChange={(name) => change({ quality: name === none ? null : name, steps: null })}
          choices={[
            { value: none, label: t("look.ownQuality") },
            ...levels.map(({ name }) => ({ value: name, label: t(levelKey(name), { name }) })),
          ]}
        />
      )}
      <Group grow align="flex-start" hidden={fitting.length + styles.length === 0}>
        {fitting.length > 0 && (
          <Select
            comboboxProps={INLINE}
            label={t("look.preset")}
            placeholder={t("look.none")}
            data={fitting.map(({ name }) => name)}
            value={form.preset}
            onChange={(name) => update((form) => withPreset(form, fitting.find((one) => one.name === name) ?? null))}
            error={presetError}
            clearable
            clearButtonProps={{ "aria-label": t("look.clearPreset") }}
          />
        )}
        {styles.length > 0 && (
          <Select
            comboboxProps={INLINE}
            label={t("look.style")}
            placeholder={t("look.none")}
            data={styles.map(({ id, name }) => ({ value: id, label: name }))}
            value={form.style}
            onChange={(style) => change({ style })}
            error={styleError}
            clearable
            clearButtonProps={{ "aria-label": t("look.clearStyle") }}
          />
        )}
      </Group>
      <Button
        variant="subtle"
        size="compact-sm"
        leftSection={<IconPalette size={16} stroke={1.6} aria-hidden />}
        onClick={open}
        style={{ alignSelf: "flex-start" }}
      >
        {t("style.button")}
      </Button>
      <Suspense>{opened && <StyleDialog close={close} />}</Suspense>
      {preset?.needs_lora && <Text size="sm">{t("look.needsLora", { lora: preset.needs_lora })}</Text>}
      {model.loras && <LoraStack />}
    </Section>
  );
}

const LEVELS = ["draft", "standard", "pro", "cinema", "ultimate"] as const;

function levelKey(name: string) {
  const known = LEVELS.find((one) => one === name);
  return known === undefined ? ("level.other" as const) : (`level.${known}` as const);
}
