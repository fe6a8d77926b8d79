import { useSession } from "./session";

/** Where it stands whose things this browser keeps beyond their session, such as the form. */
export const PERSON = "artifex.person";

const forgetting: (() => void)[] = [];

/** Have `forget` called before anybody but who left something could find it. */
export function keepForOne(forget: () => void): void {
  forgetting.push(forget);
}

/** Null where nobody has signed in yet, or whoever did has signed out. */
export function keptFor(): string | null {
  return localStorage.getItem(PERSON);
}

/** Somebody leaves for good: they may come back, but so may anybody. */
export function forgetPerson(): void {
  localStorage.removeItem(PERSON);
  for (const forget of forgetting) forget();
  window.location.replace("#/"); // what was looked for stands in the address, too
}

useSession.subscribe(({ status, me }, before) => {
  if (status !== "signed-in" || before.status === "signed-in" || me === null) return;
  const kept = keptFor();
  if (kept !== null && kept !== me.id) for (const forget of forgetting) forget();
  localStorage.setItem(PERSON, me.id);
});
