import { afterEach, expect, it } from "vitest";
import { chooseLanguage, language, startTexts } from ".";

afterEach(() => localStorage.clear());

it("reads the language that was chosen last, whichever comes last", async () => {
  const arrive: Record<string, () => void> = {};
  await startTexts((chosen) =>
    chosen === "en" ? Promise.resolve({}) : new Promise((resolve) => (arrive[chosen] = () => resolve({}))),
  );
  const both = [chooseLanguage("ko"), chooseLanguage("ru")];
  arrive.ru?.();
  await both[1];
  arrive.ko?.();
  await both[0];
  expect([language(), localStorage.getItem("artifex.language")]).toEqual(["ru", "ru"]);
});
