import { Anchor, Group, Paper, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { links } from "@/shared/links";
import { isOver, useJobs } from "@/shared/live/jobs";
import { JobProgress } from "@/shared/ui/JobProgress";
import { StateBadge } from "@/shared/ui/StateBadge";

/** What was begun from this page, and how far it is. */
export function JobsOfClip({ ids }: { ids: string[] }) {
  const { t } = useTranslation("shared");
  const byId = useJobs((jobs) => jobs.byId);
  const jobs = ids.flatMap((id) => byId[id] ?? []);
  return (
    <>
      {jobs.map((job) => {
        const made = job.kind === "proxy" ? undefined : madeBy(job.result);
        return (
          <Paper key={job.id} withBorder p="sm">
            <Stack gap="xs">
              <Group justify="space-between">
                <Text size="sm">{t(`kind.${job.kind}`)}</Text>
                <Group gap="xs">
                  {made !== undefined && (
                    <Anchor component={Link} size="sm" to={links.clip(made)}>
                      {t("open")}
                    </Anchor>
                  )}
                  <StateBadge state={job.state} />
                </Group>
              </Group>
              {job.error !== null && <Text size="sm">{job.error.message}</Text>}
              {!isOver(job) && <JobProgress job={job} />}
            </Stack>
          </Paper>
        );
      })}
    </>
  );
}

function madeBy(result: Record<string, unknown> | null): string | undefined {
  const ids = result?.asset_ids;
  return Array.isArray(ids) && typeof ids[0] === "string" ? ids[0] : undefined;
}
