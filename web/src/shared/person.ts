import { useSession } from "./session";

/** Local storage key for the id of the user whose data, such as the form, this browser keeps beyond their session. */
export const PERSON = "artifex.person";

const forgetting: (() => void)[] = [];

/** Registers `forget`, which clears kept data before another user could see it. */
export function keepForOne(forget: () => void): void {
  forgetting.push(forget);
}

/** Id of the user whose data this browser keeps; null if nobody has signed in yet or the last user signed out. */
export function keptFor(): string | null {
  return localStorage.getItem(PERSON);
}

/** Clears everything kept for the user who signs out; anyone may use this browser next. */
export function forgetPerson(): void {
  localStorage.removeItem(PERSON);
  for (const forget of forgetting) forget();
  window.location.replace("#/"); // the address holds the last search, too
}

useSession.subscribe(({ status, me }, before) => {
  if (status !== "signed-in" || before.status === "signed-in" || me === null) return;
  const kept = keptFor();
  if (kept !== null && kept !== me.id) for (const forget of forgetting) forget();
  localStorage.setItem(PERSON, me.id);
});
