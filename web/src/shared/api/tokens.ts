import { useConnection } from "@/shared/connection";
import { useSession } from "@/shared/session";
import { unreachable } from "./fault";

/**
 * A refresh token works once, so two tabs must never use the same one: it is read, used and replaced while a lock of
 * the browser is held that all tabs share.
 */
const KEY = "artifex.refresh";
const LOCK = "artifex.refresh";
/** Before its end an access token is replaced, so that no request meets one that has just run out. */
const MARGIN_MS = 60_000;

interface Tokens {
  access_token: string;
  refresh_token: string;
  expires_in: number;
}

export function hasRefreshToken(): boolean {
  return localStorage.getItem(KEY) !== null;
}

export function keepTokens(tokens: Tokens): void {
  localStorage.setItem(KEY, tokens.refresh_token);
  useSession.getState().set({
    accessToken: tokens.access_token,
    expiresAt: Date.now() + tokens.expires_in * 1000,
  });
}

export function forgetTokens(): void {
  localStorage.removeItem(KEY);
  useSession.getState().set({ accessToken: null, expiresAt: 0, me: null, status: "signed-out" });
}

/** An access token that is good for a while, or null where nobody is signed in. */
export async function freshToken(): Promise<string | null> {
  const { accessToken, expiresAt } = useSession.getState();
  if (accessToken !== null && Date.now() < expiresAt - MARGIN_MS) return accessToken;
  return await withLock(refresh);
}

/** After the server refused the token at hand. */
export async function replaceToken(refused: string | null): Promise<string | null> {
  return await withLock(async () => {
    const { accessToken } = useSession.getState();
    return accessToken !== null && accessToken !== refused ? accessToken : await refresh();
  });
}

async function refresh(): Promise<string | null> {
  const { accessToken, expiresAt } = useSession.getState();
  if (accessToken !== null && Date.now() < expiresAt - MARGIN_MS) return accessToken;
  const refreshToken = localStorage.getItem(KEY);
  if (refreshToken === null) return null;
  const answer = await fetch("/api/v1/auth/refresh", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ refresh_token: refreshToken }),
  }).catch(() => {
    useConnection.getState().lost();
    throw unreachable();
  });
  if (answer.ok) {
    keepTokens((await answer.json()) as Tokens);
    return useSession.getState().accessToken;
  }
  if (answer.status === 401) forgetTokens();
  return null;
}

async function withLock<T>(work: () => Promise<T>): Promise<T> {
  // Only pages of https and of this machine have locks; elsewhere a second tab may have to sign in again.
  return navigator.locks ? await navigator.locks.request(LOCK, work) : await work();
}
