import { useTranslation } from "react-i18next";
import { FIELDS, type FieldName } from "./fields";

const TASKS = ["t2v", "i2v", "s2v"] as const;

/** What a field is called; one that is not known here keeps the recipe's own name for it. */
export function useFieldName(): (name: string) => string {
  const { t } = useTranslation("shared");
  return (name) => (name in FIELDS ? t(`recipe.field.${name as FieldName}`) : name);
}

/** A field's value in words, where it has some. */
export function useFieldValue(): (name: string, value: string) => string {
  const { t } = useTranslation("shared");
  return (name, value) => {
    const task = name === "task" ? TASKS.find((one) => one === value) : undefined;
    return task === undefined ? value : t(`recipe.task.${task}`);
  };
}
