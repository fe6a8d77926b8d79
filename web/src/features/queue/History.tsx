import { Button, Center, SegmentedControl, Skeleton, Stack } from "@mantine/core";
import { IconHistory } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body } from "@/shared/api/client";
import { ENDED, type JobState } from "@/shared/live/jobs";
import { EmptyState } from "@/shared/ui/EmptyState";
import { FaultNote } from "@/shared/ui/FaultNote";
import { HistoryRow } from "./HistoryRow";
import classes from "./queue.module.css";

const SHOWN = {
  all: ENDED,
  failed: ["failed", "expired"],
  succeeded: ["succeeded"],
  cancelled: ["cancelled"],
} as const satisfies Record<string, readonly JobState[]>;
type Shown = keyof typeof SHOWN;
const PAGE = 50;

/** Ended jobs, newest first. */
export function History() {
  const { t } = useTranslation("queue");
  const [shown, setShown] = useState<Shown>("all");
  const jobs = useHistory(shown);
  const all = jobs.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Stack>
      <SegmentedControl
        value={shown}
        onChange={(value) => setShown(value as Shown)}
        data={(Object.keys(SHOWN) as Shown[]).map((value) => ({ value, label: t(`history.${value}`) }))}
        aria-label={t("history.show")}
        style={{ alignSelf: "start", maxWidth: "100%", overflowX: "auto" }}
      />
      {jobs.isError && <FaultNote error={jobs.error} retry={jobs.refetch} />}
      {jobs.isPending && <Skeleton height={240} role="status" aria-label={t("loading", { ns: "shared" })} />}
      {jobs.isSuccess && all.length === 0 && <EmptyState Icon={IconHistory} text={t(`history.none.${shown}`)} />}
      <ul className={classes.plain} aria-label={t("tabs.history")}>
        {all.map((job) => (
          <HistoryRow key={job.id} job={job} />
        ))}
      </ul>
      {jobs.hasNextPage && (
        <Center>
          <Button variant="default" loading={jobs.isFetchingNextPage} onClick={() => void jobs.fetchNextPage()}>
            {t("more", { ns: "shared" })}
          </Button>
        </Center>
      )}
    </Stack>
  );
}

function useHistory(shown: Shown) {
  return useInfiniteQuery({
    queryKey: ["jobs", "history", shown],
    queryFn: async ({ pageParam, signal }) => {
      const cursor = pageParam === null ? {} : { cursor: pageParam };
      const query = { state: [...SHOWN[shown]], limit: PAGE, ...cursor };
      return body(await api.GET("/api/v1/jobs", { params: { query }, signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
}
