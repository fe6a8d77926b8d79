import { forgetPerson } from "@/shared/person";
import { forgetTokens, freshToken } from "./tokens";

/** Ends the session on this page at once, and on the server if it can be reached. */
export async function signOut(): Promise<void> {
  const token = await freshToken().catch(() => null);
  forgetPerson(); // first, so that other tabs see a sign-out and not merely an expired session
  forgetTokens();
  if (token === null) return;
  const headers = { authorization: `Bearer ${token}` };
  await fetch("/api/v1/auth/logout", { method: "POST", headers, keepalive: true }).catch(() => {});
}
