import { create } from "zustand";

/** Who uses the page. In local mode nobody signs in, and whoever is at the machine may do everything. */
export interface Me {
  id: string;
  name: string;
  role: "admin" | "member" | "viewer";
}

type Status = "unknown" | "local" | "signed-in" | "signed-out";

interface Session {
  status: Status;
  me: Me | null;
  accessToken: string | null;
  /** When the access token is not good any more, in milliseconds since 1970. */
  expiresAt: number;
  set: (change: Partial<Omit<Session, "set">>) => void;
}

export const useSession = create<Session>()((set) => ({
  status: "unknown",
  me: null,
  accessToken: null,
  expiresAt: 0,
  set,
}));

/** Has `act` called whenever who uses the page does so no longer, whether they left or their session ended. */
export function whenSessionEnds(act: () => void): void {
  useSession.subscribe(({ status }, before) => {
    if (status !== before.status && ["local", "signed-in"].includes(before.status)) act();
  });
}

/** Whether the person may make and change things. */
export function useMayWrite(): boolean {
  return useSession((session) => session.me?.role !== "viewer");
}

export function useIsAdmin(): boolean {
  return useSession((session) => session.me?.role === "admin");
}
