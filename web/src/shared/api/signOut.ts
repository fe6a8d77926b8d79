import { api } from "./client";
import { forgetTokens } from "./tokens";

/** The session ends on this page in any case, and on the server if it can be reached. */
export async function signOut(): Promise<void> {
  await api.POST("/api/v1/auth/logout").catch(() => {});
  forgetTokens();
}
