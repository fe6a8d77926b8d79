import { Anchor, Group, Select, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { links } from "@/shared/links";
import { useIsAdmin } from "@/shared/session";
import { useClip, useError } from "../clip";
import { ChoiceField } from "../fields/ChoiceField";
import { INLINE } from "../fields/inline";
import { fitted, forTask } from "../form/fitting";
import { useForm } from "../form/store";
import { TASKS, type Task } from "../form/types";

/** The kind of clip, and the model that makes it. */
export function ModelSection() {
  const { t } = useTranslation("generate");
  const { models, model } = useClip();
  const { form, update } = useForm();
  const error = useError("model");
  const admin = useIsAdmin();
  const known = TASKS.filter((task) => models.some((one) => one.tasks.includes(task)));
  const away = known.filter((task) => forTask(form, task, models) === null);

  const chooseTask = (task: Task) => update((form) => forTask(form, task, models) ?? form);
  const chooseModel = (name: string | null) => {
    const chosen = models.find((one) => one.name === name);
    if (chosen) update((form) => fitted(form, chosen));
  };

  const able = models.filter((one) => one.tasks.includes(form.task));
  const option = ({ name, title }: { name: string; title: string }) => ({ value: name, label: title });
  const groups = [
    { group: t("model.here"), items: able.filter((one) => one.installed).map(option) },
    {
      group: t("model.away"),
      items: able.filter((one) => !one.installed).map((one) => ({ ...option(one), disabled: true })),
    },
  ];

  return (
    <Stack gap="sm">
      <ChoiceField
        label={t("task.label")}
        value={form.task}
        onChange={chooseTask}
        choices={known.map((task) => ({ value: task, label: t(`task.${task}`), disabled: away.includes(task) }))}
      />
      <Stack gap={6}>
        <Select
          comboboxProps={INLINE}
          label={t("model.label")}
          data={groups.filter(({ items }) => items.length > 0)}
          value={model.name}
          onChange={chooseModel}
          error={error}
          allowDeselect={false}
          maxDropdownHeight={320}
        />
        <Group gap="xs">
          {away.length > 0 && (
            <Text size="xs" c="dimmed">
              {t("task.away", { tasks: away.map((task) => t(`task.${task}`)).join(", ") })}
            </Text>
          )}
          <Anchor component={Link} to={links.models} size="xs">
            {t(admin ? "model.get" : "model.see")}
          </Anchor>
        </Group>
      </Stack>
    </Stack>
  );
}
