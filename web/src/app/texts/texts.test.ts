import { describe, expect, it } from "vitest";
import { texts as en } from "./en";
import { texts as ko } from "./ko";
import { texts as ru } from "./ru";

const texts = { en, ko, ru };

/** Every text with its path; plural forms count as one, because languages have different ones. */
function flat(tree: object, path = ""): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    const name = `${path}${key}`.replace(/_(zero|one|two|few|many|other)$/, "");
    if (typeof value === "string") found.set(name, value);
    else for (const [inner, text] of flat(value as object, `${path}${key}.`)) found.set(inner, text);
  }
  return found;
}

it("have no number before a word that is always in its plural", () => {
  const keys = (tree: object, path = ""): [string, string][] =>
    Object.entries(tree).flatMap(([key, value]) =>
      typeof value === "string" ? [[path + key, value] as [string, string]] : keys(value as object, `${path}${key}.`),
    );
  const fixed = keys(texts.en).filter(([key]) => !/_(one|other)$/.test(key));
  expect(fixed.filter(([, text]) => /{{count}} [a-z]+s\b/.test(text)).map(([key]) => key)).toEqual([]);
});

const holes = (text: string) => [...text.matchAll(/{{(\w+)}}/g)].map((one) => one[1]).sort();

describe.each(["ko", "ru"] as const)("texts in %s", (language) => {
  const english = flat(texts.en);
  const others = flat(texts[language]);

  it("are there for every key, and no other", () => {
    expect([...others.keys()].sort()).toEqual([...english.keys()].sort());
  });

  it("leave the same holes to be filled", () => {
    const wrong = [...english].filter(([key, text]) => String(holes(text)) !== String(holes(others.get(key) ?? "")));
    expect(wrong.map(([key]) => key)).toEqual([]);
  });

  it("have the plural forms that the language needs", () => {
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    const all = JSON.stringify(texts[language]);
    for (const [, stem] of JSON.stringify(texts.en).matchAll(/"(\w+)_other":/g)) {
      for (const form of forms) expect(all).toContain(`"${stem}_${form}":`);
    }
  });
});
