import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { useConnection } from "@/shared/connection";
import { useSession } from "@/shared/session";
import { UNREACHABLE } from "./fault";
import { followOtherTabs, freshToken, hasRefreshToken, replaceToken } from "./tokens";

const ANN = { id: "ann", name: "Ann", role: "member" } as const;
const NEVER = Number.POSITIVE_INFINITY;

/** Sets the storage as another tab would, and fires the events of it. */
function inAnotherTab(kept: { refresh: string | null; person: string | null }): void {
  for (const [name, value] of Object.entries(kept)) {
    if (value === null) localStorage.removeItem(`artifex.${name}`);
    else localStorage.setItem(`artifex.${name}`, value);
    window.dispatchEvent(new StorageEvent("storage", { key: `artifex.${name}`, newValue: value }));
  }
}

function answer(refreshToken: string): Response {
  return Response.json({ access_token: `with ${refreshToken}`, refresh_token: refreshToken, expires_in: 900 });
}

beforeEach(() => {
  localStorage.setItem("artifex.refresh", "once");
  useSession.setState({ status: "unknown", me: null, held: null, ended: null, accessToken: null, expiresAt: 0 });
  useConnection.setState({ status: "connecting" });
});

afterEach(() => localStorage.clear());

it("tells that the studio is gone where a token cannot be had, and keeps who is signed in", async () => {
  vi.spyOn(globalThis, "fetch").mockRejectedValue(new TypeError("Failed to fetch"));
  await expect(freshToken()).rejects.toMatchObject({ name: "Fault", code: UNREACHABLE, status: 0 });
  expect(useConnection.getState().status).toBe("lost");
  expect(hasRefreshToken()).toBe(true);
});

describe("a token that the server refused", () => {
  it("is replaced, however long it should have been good", async () => {
    const fetched = vi.spyOn(globalThis, "fetch").mockImplementation(async () => answer("twice"));
    useSession.setState({ status: "signed-in", me: ANN, accessToken: "ended", expiresAt: NEVER });
    expect(await replaceToken("ended")).toBe("with twice");
    expect(await replaceToken("ended")).toBe("with twice");
    expect(fetched).toHaveBeenCalledOnce();
  });

  it("is not brought back by an answer that comes after its owner signed out", async () => {
    vi.spyOn(globalThis, "fetch").mockImplementation(async () => {
      localStorage.removeItem("artifex.refresh");
      return answer("twice");
    });
    expect(await freshToken()).toBeNull();
    expect(hasRefreshToken()).toBe(false);
  });
});

describe("a session that the server ended", () => {
  const refuse = () =>
    vi.spyOn(globalThis, "fetch").mockImplementation(async () => new Response(null, { status: 401 }));

  it("is told of as such, and its user may go on where they were", async () => {
    refuse();
    useSession.setState({ status: "signed-in", me: ANN, accessToken: "ended", expiresAt: NEVER });
    expect(await replaceToken("ended")).toBeNull();
    expect(useSession.getState()).toMatchObject({ status: "signed-out", ended: "over", held: "ann", me: null });
  });

  it("is told of also where it was over before the page was opened", async () => {
    refuse();
    expect(await freshToken()).toBeNull();
    expect(useSession.getState()).toMatchObject({ status: "signed-out", ended: "over", held: null });
  });
});

describe("tabs of one browser", () => {
  beforeEach(() => {
    localStorage.setItem("artifex.person", "ann");
    useSession.setState({ status: "signed-in", me: ANN, accessToken: "a", expiresAt: NEVER });
  });
  const status = () => useSession.getState().status;

  it("sign out together, and in", () => {
    const leave = followOtherTabs();
    inAnotherTab({ refresh: "next", person: "ann" });
    expect(status()).toBe("signed-in");
    inAnotherTab({ person: null, refresh: null });
    expect(useSession.getState()).toMatchObject({ status: "signed-out", ended: "elsewhere", held: null });
    inAnotherTab({ refresh: "bob's", person: "bob" });
    expect(status()).toBe("unknown"); // the page finds out anew who the user is
    leave();
  });

  it("hold what was open where the session was merely over", () => {
    const leave = followOtherTabs();
    inAnotherTab({ refresh: null, person: "ann" });
    expect(useSession.getState()).toMatchObject({ status: "signed-out", ended: "over", held: "ann" });
    inAnotherTab({ refresh: "next", person: "ann" });
    expect(useSession.getState()).toMatchObject({ status: "unknown", held: "ann" });
    leave();
  });

  it("leave the person of whom another tab took the place", () => {
    const leave = followOtherTabs();
    inAnotherTab({ refresh: "bob's", person: "bob" });
    expect(useSession.getState()).toMatchObject({ status: "unknown", me: null, accessToken: null });
    leave();
  });

  it("never ask with the token of another person, also where they were not told of them", async () => {
    const fetched = vi.spyOn(globalThis, "fetch");
    localStorage.setItem("artifex.person", "bob");
    expect(await replaceToken("a")).toBeNull();
    expect(fetched).not.toHaveBeenCalled();
    expect(status()).toBe("unknown");
  });

  it("find out that another signed out when they ask", async () => {
    localStorage.removeItem("artifex.refresh");
    expect(await replaceToken("a")).toBeNull();
    expect(status()).toBe("signed-out");
  });
});
