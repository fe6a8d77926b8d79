import { FIELDS, type Field, fieldsOf, GROUPS, type RecipeData } from "./fields";

export interface Difference {
  name: string;
  long: boolean;
  /** One for each recipe; empty if the recipe lacks the field. */
  values: string[];
}

/** The fields in which the recipes differ. A missing recipe differs from any other. */
export function differences(recipes: (RecipeData | null)[]): Difference[] {
  const each = recipes.map((recipe) => new Map(fieldsOf(recipe ?? {}).map((field) => [field.name, field])));
  const fields = new Map(each.flatMap((one) => [...one]));
  return [...fields.values()]
    .sort(byPlace)
    .map(({ name, long }) => ({ name, long, values: each.map((one) => one.get(name)?.value ?? "") }))
    .filter(({ values }) => new Set(values).size > 1);
}

const PLACES = Object.keys(FIELDS);

function byPlace(one: Field, other: Field): number {
  const groups = GROUPS.indexOf(one.group) - GROUPS.indexOf(other.group);
  return groups || PLACES.indexOf(one.name) - PLACES.indexOf(other.name);
}
