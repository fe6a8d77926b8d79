import { create } from "zustand";
import { forgetPerson, hasTyped } from "@/shared/person";
import { forgetTokens, freshToken } from "./tokens";

/** Whether the user is asked if they really want to sign out. */
export const useLeaving = create<{ asked: boolean }>()(() => ({ asked: false }));

/** Signs out; where this would lose something that was typed, the user is asked first. */
export function leave(): void {
  if (hasTyped()) useLeaving.setState({ asked: true });
  else void signOut();
}

/** Ends the session on this page at once, and on the server if it can be reached. */
export async function signOut(): Promise<void> {
  const token = await freshToken().catch(() => null);
  forgetPerson(); // first, so that other tabs see a sign-out and not merely an expired session
  forgetTokens();
  if (token === null) return;
  const headers = { authorization: `Bearer ${token}` };
  await fetch("/api/v1/auth/logout", { method: "POST", headers, keepalive: true }).catch(() => {});
}
