import { Button, Group, SegmentedControl, Skeleton, Text } from "@mantine/core";
import { IconLayoutGrid } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { api, body } from "@/shared/api/client";
import { links } from "@/shared/links";
import { act, forget } from "@/shared/live/acts";
import { telling } from "@/shared/live/deeds";
import { useJobs } from "@/shared/live/jobs";
import { useMayWrite } from "@/shared/session";
import { AskFirst } from "@/shared/ui/AskFirst";
import { EmptyState } from "@/shared/ui/EmptyState";
import { FaultNote } from "@/shared/ui/FaultNote";
import { promptOf } from "@/shared/ui/JobPreview";
import { NothingToSee } from "@/shared/ui/NothingToSee";
import { Page } from "@/shared/ui/Page";
import { inOrder, planOf } from "./batch";
import { Cards } from "./Cards";
import { useStarred } from "./starred";

const SIZES = ["small", "medium", "large"] as const;
type Size = (typeof SIZES)[number];
const NONE: string[] = [];

/** Many drafts side by side: the user stars the best, and they are finished from the very same latents. */
export function SheetPage() {
  const { t } = useTranslation("sheet");
  const { batch = "" } = useParams();
  const mayWrite = useMayWrite();
  const [size, setSize] = useState<Size>("medium");
  const [asking, setAsking] = useState(false);
  const loading = useQuery({ queryKey: ["jobs", "batch", batch], queryFn: ({ signal }) => fetchBatch(batch, signal) });
  const byId = useJobs((jobs) => jobs.byId);
  const jobs = useMemo(() => inOrder(byId, batch), [byId, batch]);
  const { byBatch, toggle, set } = useStarred();
  const starred = byBatch[batch] ?? NONE;
  const plan = planOf(jobs, starred);
  const [first] = jobs;

  const promote = () => telling(plan.promote, (job) => act("promote", job.id));
  const discard = async () => {
    await telling(plan.cancel, (job) => act("cancel", job.id));
    await telling(plan.forget, (job) => forget(job.id));
  };

  return (
    <Page
      title={t("title")}
      actions={
        mayWrite &&
        jobs.length > 0 && (
          <>
            <Button disabled={plan.promote.length === 0} onClick={() => void promote()}>
              {t("promote", { count: plan.promote.length })}
            </Button>
            <Button
              variant="default"
              disabled={plan.cancel.length + plan.forget.length === 0}
              onClick={() => setAsking(true)}
            >
              {t("discard.label")}
            </Button>
            <AskFirst
              opened={asking}
              title={t("discard.title")}
              text={t("discard.text", { count: plan.cancel.length + plan.forget.length })}
              yes={t("discard.label")}
              act={discard}
              close={() => setAsking(false)}
            />
          </>
        )
      }
    >
      {loading.isError && <FaultNote error={loading.error} retry={loading.refetch} />}
      {first !== undefined && <Text>{promptOf(first)}</Text>}
      {jobs.length > 0 && (
        <Group justify="space-between">
          <Text size="sm" role="status">
            {t("starred", { count: starred.length })}
          </Text>
          <Group gap="xs">
            {mayWrite && (
              <>
                <Button
                  size="compact-sm"
                  variant="subtle"
                  onClick={() =>
                    set(
                      batch,
                      jobs.map((job) => job.id),
                    )
                  }
                >
                  {t("all")}
                </Button>
                <Button size="compact-sm" variant="subtle" onClick={() => set(batch, [])}>
                  {t("none")}
                </Button>
              </>
            )}
            <SegmentedControl
              size="xs"
              aria-label={t("size.label")}
              data={SIZES.map((value) => ({ value, label: t(`size.${value}`) }))}
              value={size}
              onChange={(chosen) => setSize(chosen as Size)}
            />
          </Group>
        </Group>
      )}
      {loading.isPending && jobs.length === 0 && <Skeleton height={240} />}
      {loading.isSuccess &&
        jobs.length === 0 &&
        (mayWrite ? (
          <EmptyState Icon={IconLayoutGrid} text={t("empty")}>
            <Button component={Link} to={links.generate} variant="default">
              {t("toGenerate")}
            </Button>
          </EmptyState>
        ) : (
          <NothingToSee Icon={IconLayoutGrid} />
        ))}
      <Cards jobs={jobs} starred={starred} size={size} {...(mayWrite ? { star: (id) => toggle(batch, id) } : {})} />
    </Page>
  );
}

/** Loads the whole batch into the store of live jobs. */
async function fetchBatch(batch: string, signal: AbortSignal): Promise<number> {
  let cursor: string | undefined;
  let count = 0;
  do {
    const query = { batch, limit: 200, ...(cursor === undefined ? {} : { cursor }) };
    const page = body(await api.GET("/api/v1/jobs", { params: { query }, signal }));
    useJobs.getState().put(page.items);
    count += page.items.length;
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
  return count;
}
