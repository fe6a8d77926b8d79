import { useConnection } from "@/shared/connection";
import { forgetPerson, keptFor, PERSON } from "@/shared/person";
import { type Ending, useSession } from "@/shared/session";
import { unreachable } from "./fault";

/**
 * A refresh token works only once, so two tabs must never use the same one: it is read, used and replaced under a Web
 * Lock, which all tabs share.
 */
const KEY = "artifex.refresh";
const LOCK = "artifex.refresh";
/** Access tokens are replaced this long before they expire, so that no request carries one that has just expired. */
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

const NONE = { accessToken: null, expiresAt: 0, me: null } as const;

/** Ends the session here. After one that is merely over, its user can go on where they were. */
export function forgetTokens(ended: Ending | null = null): void {
  localStorage.removeItem(KEY);
  useSession.getState().set({ ...NONE, status: "signed-out", ended, held: ended === "over" ? whose() : null });
}

/** Makes the page find out again who the user is. */
function startOver(): void {
  useSession.getState().set({ ...NONE, status: "unknown", held: whose() });
}

/** Id of the user whose pages are open, be they shown or held. */
function whose(): string | null {
  const { me, held } = useSession.getState();
  return me?.id ?? held;
}

/** Another tab gave up the tokens: after a sign-out it has forgotten the person too, after an expiry it has not. */
function followOut(): void {
  const signedOut = keptFor() === null;
  if (signedOut) forgetPerson();
  forgetTokens(signedOut ? "elsewhere" : "over");
}

/** Whether another user signed in through another tab of this browser, whose tokens are the stored ones now. */
function isReplaced(): boolean {
  const [kept, { me }] = [keptFor(), useSession.getState()];
  return me !== null && kept !== null && kept !== me.id;
}

/** Signs this tab in and out together with the browser's other tabs, until the returned function is called. */
export function followOtherTabs(): () => void {
  const hear = ({ key }: StorageEvent) => {
    if (key !== KEY && key !== PERSON && key !== null) return;
    const { status } = useSession.getState();
    if (status === "signed-out" && hasRefreshToken() && keptFor() !== null) return startOver();
    if (status !== "signed-in") return;
    if (isReplaced()) return startOver();
    if (!hasRefreshToken()) followOut();
  };
  window.addEventListener("storage", hear);
  return () => window.removeEventListener("storage", hear);
}

/** A valid access token, or null where nobody is signed in. */
export async function freshToken(): Promise<string | null> {
  const { accessToken, expiresAt } = useSession.getState();
  if (accessToken !== null && Date.now() < expiresAt - MARGIN_MS) return accessToken;
  return await withLock(() => refresh());
}

/** A new access token after the server refused this one, or null where nobody is signed in any more. */
export async function replaceToken(refused: string | null): Promise<string | null> {
  return await withLock(() => refresh(refused));
}

async function refresh(refused: string | null = null): Promise<string | null> {
  const { accessToken, expiresAt, status } = useSession.getState();
  if (accessToken !== null && accessToken !== refused && Date.now() < expiresAt - MARGIN_MS) return accessToken;
  if (isReplaced()) {
    startOver();
    return null;
  }
  const refreshToken = localStorage.getItem(KEY);
  if (refreshToken === null) {
    if (status === "signed-in") followOut();
    return null;
  }
  const answer = await fetch("/api/v1/auth/refresh", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ refresh_token: refreshToken }),
  }).catch(() => {
    useConnection.getState().lost();
    throw unreachable();
  });
  const tokens = answer.ok ? ((await answer.json()) as Tokens) : null;
  // Another tab signed in or out meanwhile: this answer belongs to a token that is no longer the stored one.
  if (localStorage.getItem(KEY) !== refreshToken) return await refresh(refused);
  if (tokens !== null) keepTokens(tokens);
  else if (answer.status === 401) forgetTokens("over");
  return tokens?.access_token ?? null;
}

async function withLock<T>(work: () => Promise<T>): Promise<T> {
  // Web Locks need https or localhost; elsewhere a second tab may have to sign in again.
  return navigator.locks ? await navigator.locks.request(LOCK, work) : await work();
}
