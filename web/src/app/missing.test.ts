import { afterEach, describe, expect, it } from "vitest";
import { isMissingPart, wasJustReloaded } from "./missing";

afterEach(() => sessionStorage.clear());

describe("a part of the page that is missing", () => {
  it.each([
    "Failed to fetch dynamically imported module: http://studio/assets/ModelsPage.js",
    "error loading dynamically imported module: http://studio/assets/ModelsPage.js",
    "Importing a module script failed.",
    "Unable to preload CSS for /assets/QueuePage.css",
  ])("is known by what the browser says: %s", (message) => expect(isMissingPart(new TypeError(message))).toBe(true));

  it("is no mistake of the page's own", () => {
    expect(isMissingPart(new TypeError("undefined is not a function"))).toBe(false);
    expect(isMissingPart("gone")).toBe(false);
  });

  it("is not waited for again right after the page was loaded anew for it", () => {
    expect(wasJustReloaded()).toBe(false);
    sessionStorage.setItem("artifex.reloaded", "1000");
    expect(wasJustReloaded(2000)).toBe(true);
    expect(wasJustReloaded(60_000)).toBe(false);
  });
});
