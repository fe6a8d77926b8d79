import { Group } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useClip, useError } from "../clip";
import { NumberField } from "../fields/NumberField";
import { BELOW } from "../fields/order";
import { useForm } from "../form/store";

const SHARE = { inputWrapperOrder: BELOW, max: 1, step: 0.05, decimalScale: 3 };
const LEAST = 0.01;

/** What steps, guidance and attention may skip; the default is what was measured for the model's weights. */
export function SavingFields() {
  const { t } = useTranslation("generate");
  const { values } = useClip();
  const { form, change } = useForm();
  const guidanceError = useError("guidance_until");
  const densityError = useError("attention_density");
  const exact = values.accuracy === "exact";
  return (
    <>
      <CacheFields exact={exact} />
      <NumberField
        {...SHARE}
        label={t("advanced.guidanceUntil")}
        description={t(exact ? "advanced.exactGuides" : "advanced.guidanceUntilText")}
        value={form.guidanceUntil}
        own={values.guidanceUntil}
        onChange={(guidanceUntil) => change({ guidanceUntil })}
        min={LEAST}
        disabled={exact}
        error={guidanceError}
      />
      <NumberField
        {...SHARE}
        label={t("advanced.attentionDensity")}
        description={t(exact ? "advanced.exactAttends" : "advanced.attentionDensityText")}
        value={form.attentionDensity}
        own={values.attentionDensity}
        onChange={(attentionDensity) => change({ attentionDensity })}
        min={LEAST}
        disabled={exact}
        error={densityError}
      />
    </>
  );
}

/** The step cache's threshold, or one for each expert. */
function CacheFields({ exact }: { exact: boolean }) {
  const { t } = useTranslation("generate");
  const { model, values } = useClip();
  const { form, change } = useForm();
  const error = useError("step_cache");
  const [low, high] = form.stepCache ?? values.stepCache;
  const shared = {
    ...SHARE,
    description: t(exact ? "advanced.exactComputes" : "advanced.stepCacheText"),
    min: 0,
    disabled: exact,
    error,
  };

  if (model.experts === 1) {
    return (
      <NumberField
        {...shared}
        label={t("advanced.stepCache")}
        value={form.stepCache?.[0] ?? null}
        own={low}
        onChange={(both) => change({ stepCache: both === null ? null : [both, both] })}
      />
    );
  }
  return (
    <Group gap="xs" grow align="flex-start">
      <NumberField
        {...shared}
        label={t("advanced.stepCacheHigh")}
        value={form.stepCache?.[1] ?? null}
        own={high}
        onChange={(next) => change({ stepCache: next === null ? null : [low, next] })}
      />
      <NumberField
        {...shared}
        label={t("advanced.stepCacheLow")}
        value={form.stepCache?.[0] ?? null}
        own={low}
        onChange={(next) => change({ stepCache: next === null ? null : [next, high] })}
      />
    </Group>
  );
}
