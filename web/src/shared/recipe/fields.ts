/** A recipe as JSON from any source: every field may be missing or of the wrong type. */
export type RecipeData = Record<string, unknown>;

export const GROUPS = ["words", "model", "picture", "sampling", "material", "rest"] as const;
export type Group = (typeof GROUPS)[number];

/** Fields with a translated name; others are shown under the recipe's own name for them. */
export const FIELDS = {
  prompt: "words",
  written_prompt: "words",
  negative_prompt: "words",
  model: "model",
  task: "model",
  accuracy: "model",
  loras: "model",
  rungs: "model",
  size: "picture",
  frame_count: "picture",
  frame_rate: "picture",
  seconds: "picture",
  seed: "sampling",
  steps: "sampling",
  solver: "sampling",
  shift: "sampling",
  guidance: "sampling",
  guidance_until: "sampling",
  step_cache: "sampling",
  attention_density: "sampling",
  references: "material",
  speech: "material",
} as const satisfies Record<string, Group>;
export type FieldName = keyof typeof FIELDS;

export interface Field {
  /** One of `FIELDS`, or the recipe's own name for an unknown field. */
  name: string;
  group: Group;
  value: string;
  /** Free text, shown with its line breaks. */
  long: boolean;
}

const HASH_SHOWN = 12;
/** Covered by other fields, or of no interest to people. */
const HIDDEN = ["format", "width", "height"];

/** Everything a recipe says, in the order in which people look for it. */
export function fieldsOf(recipe: RecipeData): Field[] {
  const known = (Object.keys(FIELDS) as FieldName[]).map((name) => ({
    name,
    group: FIELDS[name],
    value: wordsOf(name, recipe),
    long: FIELDS[name] === "words",
  }));
  const others = Object.keys(recipe)
    .filter((name) => !(name in FIELDS) && !HIDDEN.includes(name))
    .map((name) => ({ name, group: "rest" as const, value: plain(recipe[name]), long: false }));
  return [...known, ...others].filter((field) => field.value !== "");
}

export function promptOf(recipe: RecipeData | null): string {
  return plain(recipe?.written_prompt) || plain(recipe?.prompt);
}

export function modelOf(recipe: RecipeData | null): string {
  return plain(record(recipe?.model).name);
}

function wordsOf(name: FieldName, recipe: RecipeData): string {
  const value = recipe[name];
  switch (name) {
    case "model":
      return modelOf(recipe);
    case "size":
      return recipe.width && recipe.height ? `${plain(recipe.width)} x ${plain(recipe.height)}` : "";
    case "seconds":
      return length(recipe);
    case "guidance":
    case "step_cache":
      return list(value).length === 2 && value !== null ? pair(list(value)) : plain(value);
    case "loras":
      return list(value).map(lora).join(", ");
    case "rungs":
      return list(value).map(plain).join(", ");
    case "references":
      return list(value).map(reference).join(", ");
    case "speech":
      return Object.entries(record(value))
        .map(([key, one]) => `${key}: ${plain(one)}`)
        .join(", ");
    default:
      return plain(value);
  }
}

function length(recipe: RecipeData): string {
  const [over, under = 1] = plain(recipe.frame_rate).split("/").map(Number);
  const seconds = Number(recipe.frame_count) / ((over ?? 0) / under);
  return Number.isFinite(seconds) ? String(Math.round(seconds * 100) / 100) : "";
}

/** One value if both experts have the same guidance or strength. */
function pair([low, high]: unknown[]): string {
  return low === high ? plain(low) : `${plain(low)} / ${plain(high)}`;
}

function lora(one: unknown): string {
  const { name, strength_low, strength_high } = record(one);
  return `${plain(name)} (${pair([strength_low, strength_high])})`;
}

function reference(one: unknown): string {
  const { role, sha256 } = record(one);
  return `${plain(role)} ${plain(sha256).slice(0, HASH_SHOWN)}`;
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function plain(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
