const KEY = "artifex.reloaded";
/** A part that is still missing so soon after the page was loaded anew is not on the server. */
const JUST_MS = 20_000;

/** As Chrome, Firefox, Safari and Vite put it. */
const WORDS = /dynamically imported module|importing a module script|preload css/i;

/** Whether a part of the page could not be fetched: the studio is gone, or is a newer one than the page. */
export function isMissingPart(error: unknown): boolean {
  return error instanceof Error && WORDS.test(error.message);
}

export function wasJustReloaded(now = Date.now()): boolean {
  return now - Number(sessionStorage.getItem(KEY) ?? 0) < JUST_MS;
}

/** Loads the page anew once the studio answers: a browser may keep in mind that a part was missing. */
export async function reloadIfAnswered(): Promise<void> {
  const answer = await fetch("/healthz", { cache: "no-store" }).catch(() => null);
  if (!answer?.ok) return;
  sessionStorage.setItem(KEY, String(Date.now()));
  window.location.reload();
}
