import { useSession } from "./session";

/** Local storage key for the id of the user whose data, such as the form, this browser keeps beyond their session. */
export const PERSON = "artifex.person";

interface Kept {
  clear: () => void;
  /** Whether there is something that was typed and exists nowhere else. */
  isTyped: () => boolean;
}

const keeping: Kept[] = [];

/** Whose data this page holds; what is stored may meanwhile be another's, who signed in through another tab. */
let holder = keptFor();

/** Registers `clear`, which clears kept data before another user could see it. */
export function keepForOne(clear: () => void, isTyped = () => false): void {
  keeping.push({ clear, isTyped });
}

/** Id of the user whose data this browser keeps; null if nobody has signed in yet or the last user signed out. */
export function keptFor(): string | null {
  return localStorage.getItem(PERSON);
}

/** Whether signing out would lose something that was typed. */
export function hasTyped(): boolean {
  return keeping.some(({ isTyped }) => isTyped());
}

/** Clears everything kept for the user who signs out; anyone may use this browser next. */
export function forgetPerson(): void {
  localStorage.removeItem(PERSON);
  forget();
}

function forget(): void {
  holder = null;
  for (const { clear } of keeping) clear();
  window.location.replace("#/"); // the address holds the last search, too
}

useSession.subscribe(({ status, me }, before) => {
  if (status !== "signed-in" || before.status === "signed-in" || me === null) return;
  if (holder !== null && holder !== me.id) forget();
  holder = me.id;
  localStorage.setItem(PERSON, me.id);
});
