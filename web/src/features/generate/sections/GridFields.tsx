import { ActionIcon, Button, Group, Select, Stack, TextInput } from "@mantine/core";
import { IconGridDots, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useClip } from "../clip";
import { INLINE } from "../fields/inline";
import { axesOf, choicesOf, readAxis } from "../form/grid";
import { useForm } from "../form/store";
import type { Axis, AxisName } from "../form/types";

const MOST_AXES = 2;

/** The axes of a grid, which tries every combination of their values. */
export function GridFields() {
  const { t } = useTranslation("generate");
  const { model } = useClip();
  const { form, update } = useForm();
  const free = axesOf(model).filter((name) => !form.axes.some((axis) => axis.parameter === name));
  const set = (at: number, axis: Axis | null) =>
    update((form) => ({ ...form, axes: form.axes.flatMap((one, index) => (index === at ? (axis ?? []) : one)) }));
  const add = () => {
    const [parameter] = free;
    if (parameter) update((form) => ({ ...form, axes: [...form.axes, { parameter, values: "" }] }));
  };

  return (
    <Stack gap="xs" align="flex-start">
      {form.axes.map((axis, at) => (
        <AxisRow key={axis.parameter} axis={axis} names={[axis.parameter, ...free]} set={(next) => set(at, next)} />
      ))}
      {form.axes.length < MOST_AXES && (
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconGridDots size={16} stroke={1.6} aria-hidden />}
          onClick={add}
        >
          {t(form.axes.length === 0 ? "grid.first" : "grid.second")}
        </Button>
      )}
    </Stack>
  );
}

function AxisRow({ axis, names, set }: { axis: Axis; names: AxisName[]; set: (axis: Axis | null) => void }) {
  const { t } = useTranslation("generate");
  const { model } = useClip();
  const { wrong } = readAxis(axis, model);
  const name = t(`axis.${axis.parameter}`);
  const choices = choicesOf(axis.parameter, model);
  return (
    <Group gap="xs" align="flex-start" wrap="nowrap" w="100%">
      <Select
        comboboxProps={INLINE}
        aria-label={t("grid.parameter")}
        data={names.map((one) => ({ value: one, label: t(`axis.${one}`) }))}
        value={axis.parameter}
        onChange={(parameter) => set({ parameter: (parameter ?? axis.parameter) as AxisName, values: "" })}
        allowDeselect={false}
        w={150}
      />
      <TextInput
        flex={1}
        aria-label={t("grid.valuesOf", { name })}
        placeholder={choices ? choices.join(", ") : t("grid.example")}
        value={axis.values}
        onChange={(event) => set({ ...axis, values: event.currentTarget.value })}
        error={wrong.length > 0 && t("grid.wrong", { values: wrong.join(", ") })}
      />
      <ActionIcon
        variant="subtle"
        color="gray"
        size={36}
        aria-label={t("grid.remove", { name })}
        onClick={() => set(null)}
      >
        <IconTrash size={16} stroke={1.6} aria-hidden />
      </ActionIcon>
    </Group>
  );
}
