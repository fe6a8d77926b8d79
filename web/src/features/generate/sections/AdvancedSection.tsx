import { Box, Collapse, Select, SimpleGrid, Stack, Switch, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useClip, useError } from "../clip";
import { INLINE } from "../fields/inline";
import { NumberField } from "../fields/NumberField";
import { BELOW } from "../fields/order";
import { inAccuracy } from "../form/saving";
import { useForm } from "../form/store";
import { type Accuracy, CODECS, type Codec, SOLVERS, type Solver } from "../form/types";
import { GuidanceFields } from "./GuidanceFields";
import { MotionField } from "./MotionField";
import { SavingFields } from "./SavingFields";

/** Settings that most users leave alone. */
export function AdvancedSection() {
  const { t } = useTranslation("generate");
  const { errors } = useClip();
  const inside = [
    "steps",
    "guidance",
    "shift",
    "solver",
    "accuracy",
    "quantise",
    "motion",
    "codec",
    "step_cache",
    "guidance_until",
    "attention_density",
  ];
  const wrong = inside.some((field) => errors[field]);
  const [wanted, { toggle }] = useDisclosure(false);
  const opened = wanted || wrong;
  const Icon = opened ? IconChevronDown : IconChevronRight;
  return (
    <Box component="section" aria-label={t("advanced.title")}>
      <UnstyledButton onClick={toggle} aria-expanded={opened} fw={600} py={4}>
        <Icon size={16} stroke={2} aria-hidden style={{ verticalAlign: "-2px", marginInlineEnd: 6 }} />
        {t("advanced.title")}
      </UnstyledButton>
      <Collapse expanded={opened}>{opened && <Fields />}</Collapse>
    </Box>
  );
}

function Fields() {
  const { t } = useTranslation("generate");
  const { model, values } = useClip();
  const { form, change } = useForm();
  const [steps, shift, solver, accuracy, quantise] = [
    useError("steps"),
    useError("shift"),
    useError("solver"),
    useError("accuracy"),
    useError("quantise"),
  ];
  const own = (value: string) => t("own.is", { value });
  return (
    <Stack gap="md" pt="sm">
      <SimpleGrid cols={{ base: 1, xs: 2 }} verticalSpacing="sm">
        <NumberField
          label={t("axis.steps")}
          value={form.steps}
          own={values.steps}
          onChange={(steps) => change({ steps })}
          min={1}
          max={model.limits.most_steps}
          allowDecimal={false}
          error={steps}
        />
        <Select
          comboboxProps={INLINE}
          label={t("axis.solver")}
          placeholder={own(values.solver)}
          data={[...SOLVERS]}
          value={form.solver}
          onChange={(next) => change({ solver: next as Solver | null })}
          error={solver}
          clearable
          clearButtonProps={{ "aria-label": t("own.backOf", { label: t("axis.solver") }) }}
        />
        <GuidanceFields />
        <NumberField
          label={t("axis.shift")}
          value={form.shift}
          own={values.shift}
          onChange={(shift) => change(shift === null ? { shift } : { shift, motion: null })}
          min={0.01}
          max={100}
          step={0.5}
          decimalScale={3}
          error={shift}
        />
        {model.accuracies.length > 1 && (
          <Select
            comboboxProps={INLINE}
            label={t("axis.accuracy")}
            description={t("advanced.accuracyText")}
            inputWrapperOrder={BELOW}
            placeholder={own(t(`accuracy.${values.accuracy}`))}
            data={model.accuracies.map((name) => ({ value: name, label: t(`accuracy.${name}`) }))}
            value={form.accuracy}
            onChange={(next) => change(inAccuracy(next as Accuracy | null))}
            error={accuracy}
            clearable
            clearButtonProps={{ "aria-label": t("own.backOf", { label: t("axis.accuracy") }) }}
          />
        )}
        {model.quantisations.length > 0 && (
          <Select
            comboboxProps={INLINE}
            label={t("advanced.weights")}
            description={t("advanced.weightsText")}
            inputWrapperOrder={BELOW}
            placeholder={t("advanced.whole")}
            data={model.quantisations}
            value={form.quantise}
            onChange={(quantise) => change({ quantise })}
            error={quantise}
            clearable
            clearButtonProps={{ "aria-label": t("own.backOf", { label: t("advanced.weights") }) }}
          />
        )}
        <Select
          comboboxProps={INLINE}
          label={t("advanced.codec")}
          data={CODECS.map((codec) => ({ value: codec, label: t(`codec.${codec}`) }))}
          value={form.codec}
          onChange={(next) => change({ codec: next as Codec })}
          allowDeselect={false}
        />
        {model.accuracies.length > 1 && <SavingFields />}
      </SimpleGrid>
      <MotionField />
      {form.task === "s2v" && (
        <>
          <Switch
            label={t("advanced.startFromPicture")}
            checked={form.startFromPicture}
            onChange={(event) => change({ startFromPicture: event.currentTarget.checked })}
          />
          <Switch
            label={t("advanced.compat")}
            checked={form.compat}
            onChange={(event) => change({ compat: event.currentTarget.checked })}
          />
        </>
      )}
    </Stack>
  );
}
