const KEY = "artifex.reloaded";
/** If a chunk is still missing this soon after a reload, the server does not have it. */
const JUST_MS = 20_000;

/** The wording of Chrome, Firefox, Safari and Vite. */
const WORDS = /dynamically imported module|importing a module script|preload css/i;

/** Whether a lazily loaded chunk could not be fetched: the server is down, or runs a newer build than the page. */
export function isMissingPart(error: unknown): boolean {
  return error instanceof Error && WORDS.test(error.message);
}

export function wasJustReloaded(now = Date.now()): boolean {
  return now - Number(sessionStorage.getItem(KEY) ?? 0) < JUST_MS;
}

/** Reloads the page once the server answers: a browser may cache the failure of a dynamic import. */
export async function reloadIfAnswered(): Promise<void> {
  const answer = await fetch("/healthz", { cache: "no-store" }).catch(() => null);
  if (!answer?.ok) return;
  sessionStorage.setItem(KEY, String(Date.now()));
  window.location.reload();
}
