import { create } from "zustand";

/** The user of the page. In local mode nobody signs in, and whoever is at the machine may do everything. */
export interface Me {
  id: string;
  name: string;
  role: "admin" | "member" | "viewer";
}

type Status = "unknown" | "local" | "signed-in" | "signed-out";

/** How a session ended without being asked to here: it expired or the server ended it, or another tab signed out. */
export type Ending = "over" | "elsewhere";

interface Session {
  status: Status;
  me: Me | null;
  /** Id of the user who may go on where they were once they have signed in again: their pages are kept meanwhile. */
  held: string | null;
  ended: Ending | null;
  accessToken: string | null;
  /** When the access token expires, in milliseconds since 1970. */
  expiresAt: number;
  set: (change: Partial<Omit<Session, "set">>) => void;
}

export const useSession = create<Session>()((set) => ({
  status: "unknown",
  me: null,
  held: null,
  ended: null,
  accessToken: null,
  expiresAt: 0,
  set,
}));

/** Calls `act` whenever a session ends, be it by signing out or by expiry. */
export function whenSessionEnds(act: () => void): void {
  useSession.subscribe(({ status }, before) => {
    if (status !== before.status && ["local", "signed-in"].includes(before.status)) act();
  });
}

/** Whether the pages are only hidden, until their user has signed in again. */
export function isHeld(): boolean {
  const { me, held } = useSession.getState();
  return me === null && held !== null;
}

/** Whether the user may create and change things. */
export function useMayWrite(): boolean {
  return useSession((session) => session.me?.role !== "viewer");
}

export function useIsAdmin(): boolean {
  return useSession((session) => session.me?.role === "admin");
}
