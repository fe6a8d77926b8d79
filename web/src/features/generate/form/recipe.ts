import { type Recipe, TASKS } from "./types";

const TEXTS = ["prompt", "negative_prompt", "frame_rate", "solver", "accuracy"];
const NUMBERS = ["width", "height", "frame_count", "steps", "shift", "seed"];
const SHARES = ["guidance_until", "attention_density"];

/** JSON of a file or a job as a recipe; null where this page cannot show it as one. */
export function readRecipe(data: Record<string, unknown> | null | undefined): Recipe | null {
  if (!data) return null;
  const model = data.model as { name?: unknown } | undefined;
  const fits =
    typeof model?.name === "string" &&
    TASKS.some((task) => task === data.task) &&
    TEXTS.every((name) => typeof data[name] === "string") &&
    NUMBERS.every((name) => typeof data[name] === "number") &&
    isPair(data.guidance) &&
    (data.step_cache === undefined || isPair(data.step_cache)) &&
    SHARES.every((name) => data[name] === undefined || typeof data[name] === "number") &&
    (data.prompt_track === undefined || isList(data.prompt_track, ["prompt"])) &&
    isList(data.references, ["role", "sha256"]) &&
    isList(data.loras, ["name", "sha256"]);
  return fits ? (data as Recipe) : null;
}

function isPair(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2 && value.every((one) => typeof one === "number");
}

function isList(value: unknown, texts: string[]): boolean {
  return (
    Array.isArray(value) &&
    value.every((item: unknown) => {
      const fields = item as Record<string, unknown> | null;
      return fields !== null && texts.every((name) => typeof fields[name] === "string");
    })
  );
}
