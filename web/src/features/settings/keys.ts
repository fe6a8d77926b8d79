import { latinKey, meet, SHORTCUTS, type ShortcutName } from "@/shared/shortcuts";

const MODIFIERS = ["Control", "Meta", "Alt", "Shift"];

/** The pressed keys in the notation of shortcuts; null while only modifiers are held. */
export function keysOfEvent(
  event: Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">,
): string | null {
  if (MODIFIERS.includes(event.key)) return null;
  const pressed = latinKey(event);
  const key = pressed === " " ? "Space" : pressed.length === 1 ? pressed.toUpperCase() : pressed;
  const held = [
    event.ctrlKey || event.metaKey ? "mod" : "",
    event.altKey ? "alt" : "",
    event.shiftKey ? "shift" : "",
  ].filter(Boolean);
  return [...held, key].join("+");
}

/** Another shortcut that already uses these keys and may be active on the same page. */
export function takenBy(
  keys: string,
  name: ShortcutName,
  chosen: Partial<Record<ShortcutName, string>>,
): ShortcutName | null {
  const names = Object.keys(SHORTCUTS) as ShortcutName[];
  const same = (other: ShortcutName) => (chosen[other] ?? SHORTCUTS[other]).toLowerCase() === keys.toLowerCase();
  return names.find((other) => other !== name && meet(name, other) && same(other)) ?? null;
}
