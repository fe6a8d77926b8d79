import { Center, Loader } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, Suspense, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { SignIn } from "@/features/account";
import { api, body } from "@/shared/api/client";
import { Fault, UNREACHABLE } from "@/shared/api/fault";
import { followOtherTabs, freshToken, hasRefreshToken } from "@/shared/api/tokens";
import { useConnection } from "@/shared/connection";
import { LiveEvents } from "@/shared/live/events";
import { useJobs } from "@/shared/live/jobs";
import { useProjectNews } from "@/shared/live/projects";
import { useSession } from "@/shared/session";
import { forgetDeeds } from "@/shared/undo";
import { announceEnd } from "./announce";
import { Unreachable } from "./Unreachable";

/** Identifies the user, shows the sign-in page if needed, and listens to live events while the session lasts. */
export function Session({ children }: { children: ReactNode }) {
  const status = useSession((session) => session.status);
  const connection = useConnection((connection) => connection.status);
  const queries = useQueryClient();

  useEffect(() => {
    if (status === "unknown") void findOut();
  }, [status]);

  useEffect(followOtherTabs, []);

  useEffect(() => {
    if (status !== "local" && status !== "signed-in") return;
    const live = new LiveEvents(queries, announceEnd);
    live.start();
    return () => {
      live.stop();
      queries.clear();
      useJobs.setState({ byId: {}, gone: new Set() });
      useProjectNews.setState({ versions: {} });
      forgetDeeds();
      notifications.cleanQueue();
      notifications.clean();
    };
  }, [status, queries]);

  if (status === "signed-out")
    return (
      <Suspense fallback={<Waiting />}>
        <SignIn />
      </Suspense>
    );
  if (status !== "unknown") return children;
  if (connection === "lost") return <Unreachable retry={findOut} />;
  return <Waiting />;
}

function Waiting() {
  const { t } = useTranslation("shared");
  return (
    <Center mih="100vh">
      <Loader aria-label={t("loading")} />
    </Center>
  );
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
