import { describe, expect, it } from "vitest";
import { SHORTCUTS } from "@/shared/shortcuts";
import { keysOfEvent, takenBy } from "./keys";

interface Held extends Partial<Record<"ctrlKey" | "metaKey" | "altKey" | "shiftKey", boolean>> {
  code?: string;
}

const pressed = (key: string, held: Held = {}) =>
  keysOfEvent({ key, code: "", ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held });

describe("keys as they are pressed", () => {
  it("are written as shortcuts are", () => {
    expect(pressed("k", { ctrlKey: true })).toBe("mod+K");
    expect(pressed("k", { metaKey: true })).toBe("mod+K");
    expect(pressed("ArrowUp", { altKey: true })).toBe("alt+ArrowUp");
    expect(pressed("?", { shiftKey: true })).toBe("shift+?");
    expect(pressed(" ")).toBe("Space");
  });

  it("are the Latin ones at their places, where the layout has others", () => {
    expect(pressed("я", { code: "KeyZ", ctrlKey: true })).toBe("mod+Z");
    expect(pressed("ㅋ", { code: "KeyZ" })).toBe("Z");
    expect(pressed("ö", { code: "Semicolon", ctrlKey: true })).toBe("mod+Ö");
  });

  it("are nothing while only modifiers are held", () => {
    expect(pressed("Shift", { shiftKey: true })).toBeNull();
  });
});

describe("keys that are taken", () => {
  it("name who has them", () => {
    expect(takenBy(SHORTCUTS.undo, "star", {})).toBe("undo");
    expect(takenBy("x", "star", { favourite: "X" })).toBe("favourite");
  });

  it("are free for the shortcut itself, and where it gave them away", () => {
    expect(takenBy(SHORTCUTS.star, "star", {})).toBeNull();
    expect(takenBy(SHORTCUTS.undo, "star", { undo: "mod+U" })).toBeNull();
  });
});
