import { useTranslation } from "react-i18next";
import { FIELDS, type FieldName } from "./fields";

const TASKS = ["t2v", "i2v", "s2v"] as const;

/** Translates a field's name; an unknown field keeps the recipe's own name. */
export function useFieldName(): (name: string) => string {
  const { t } = useTranslation("shared");
  return (name) => (name in FIELDS ? t(`recipe.field.${name as FieldName}`) : name);
}

/** Translates a field's value, if it has a translation. */
export function useFieldValue(): (name: string, value: string) => string {
  const { t } = useTranslation("shared");
  return (name, value) => {
    const task = name === "task" ? TASKS.find((one) => one === value) : undefined;
    return task === undefined ? value : t(`recipe.task.${task}`);
  };
}
