import { useQueryClient } from "@tanstack/react-query";
import { Activity, type ReactNode, Suspense, useEffect } from "react";
import { SignIn } from "@/features/account";
import { api, body } from "@/shared/api/client";
import { Fault, UNREACHABLE } from "@/shared/api/fault";
import { followOtherTabs, freshToken, hasRefreshToken } from "@/shared/api/tokens";
import { useConnection } from "@/shared/connection";
import { LiveEvents } from "@/shared/live/events";
import { useSession } from "@/shared/session";
import { announceEnd } from "./announce";
import { Unreachable } from "./Unreachable";
import { Waiting } from "./Waiting";

/**
 * Identifies the user, shows the sign-in page if needed, and listens to live events while the session lasts. Where a
 * session is over, the pages are only hidden, with all that was typed, until their user or another has signed in.
 */
export function Session({ children }: { children: ReactNode }) {
  const { status, me, held } = useSession();
  const queries = useQueryClient();
  const inside = status === "local" || status === "signed-in";
  const whose = me?.id ?? held;

  useEffect(() => {
    if (status === "unknown") void findOut();
  }, [status]);

  useEffect(followOtherTabs, []);

  useEffect(() => {
    if (!inside) return;
    const live = new LiveEvents(queries, announceEnd);
    live.start();
    return () => live.stop();
  }, [inside, queries]);

  return (
    <>
      {status === "signed-out" && (
        <Suspense fallback={<Waiting />}>
          <SignIn />
        </Suspense>
      )}
      {status === "unknown" && <Finding />}
      {whose !== null && (
        <Activity key={whose} mode={inside ? "visible" : "hidden"}>
          {children}
        </Activity>
      )}
    </>
  );
}

/** Shown until the server has said who the user is. */
function Finding() {
  const connection = useConnection((connection) => connection.status);
  return connection === "lost" ? <Unreachable retry={findOut} /> : <Waiting />;
}

/** Without accounts the server tells anyone who the user is; with accounts it answers only signed-in callers. */
async function findOut(): Promise<void> {
  const session = useSession.getState();
  try {
    if (hasRefreshToken()) await freshToken();
    const { accounts, caller } = body(await api.GET("/api/v1/system/about"));
    session.set({ me: caller, status: accounts ? "signed-in" : "local" });
  } catch (error) {
    if (!(error instanceof Fault) || error.code === UNREACHABLE) return;
    if (error.status === 401) session.set({ status: "signed-out" });
    else useConnection.getState().lost();
  }
}
