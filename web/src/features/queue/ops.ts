import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { act, bringBack } from "@/shared/live/acts";
import { doToAll, telling } from "@/shared/live/deeds";

type Ids = readonly string[];

/** Actions on jobs from this page. Those that can be undone offer it. */
export function useOps() {
  const { t } = useTranslation("queue");
  return useMemo(() => {
    const pause = (id: string) => act("pause", id);
    const resume = (id: string) => act("resume", id);
    const cancel = (id: string) => act("cancel", id);
    const promote = (id: string) => act("promote", id);
    return {
      pause: (ids: Ids) => doToAll({ ids, work: pause, back: resume, label: (count) => t("did.paused", { count }) }),
      resume: (ids: Ids) => doToAll({ ids, work: resume, back: pause, label: (count) => t("did.resumed", { count }) }),
      cancel: (ids: Ids) =>
        doToAll({ ids, work: cancel, back: bringBack, label: (count) => t("did.cancelled", { count }) }),
      retry: (ids: Ids) =>
        doToAll({ ids, work: bringBack, back: cancel, label: (count) => t("did.retried", { count }) }),
      promote: (ids: Ids) => telling(ids, promote),
    };
  }, [t]);
}
