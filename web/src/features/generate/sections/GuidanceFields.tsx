import { Group } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useClip, useError } from "../clip";
import { NumberField } from "../fields/NumberField";
import { useForm } from "../form/store";

const MOST = 30;

/** Guidance scale: one number, or one for each expert. */
export function GuidanceFields() {
  const { t } = useTranslation("generate");
  const { model, values } = useClip();
  const { form, change } = useForm();
  const error = useError("guidance");
  const [low, high] = form.guidance ?? values.guidance;
  const limits = { min: 0, max: MOST, step: 0.5, decimalScale: 3, error };

  if (!model.guidance_pair) {
    return (
      <NumberField
        {...limits}
        label={t("axis.guidance")}
        value={form.guidance?.[0] ?? null}
        own={low}
        onChange={(both) => change({ guidance: both === null ? null : [both, both] })}
      />
    );
  }
  return (
    <Group gap="xs" grow align="flex-start">
      <NumberField
        {...limits}
        label={t("advanced.guidanceHigh")}
        value={form.guidance?.[1] ?? null}
        own={high}
        onChange={(next) => change({ guidance: next === null ? null : [low, next] })}
      />
      <NumberField
        {...limits}
        label={t("advanced.guidanceLow")}
        value={form.guidance?.[0] ?? null}
        own={low}
        onChange={(next) => change({ guidance: next === null ? null : [next, high] })}
      />
    </Group>
  );
}
