import { Anchor, Group, Paper, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { links } from "@/shared/links";
import { isOver, madeBy, useJobs } from "@/shared/live/jobs";
import { JobProgress } from "@/shared/ui/JobProgress";
import { StateBadge } from "@/shared/ui/StateBadge";

/** Jobs started from this page, and their progress. */
export function JobsOfClip({ ids }: { ids: string[] }) {
  const { t } = useTranslation("shared");
  const byId = useJobs((jobs) => jobs.byId);
  const jobs = ids.flatMap((id) => byId[id] ?? []);
  return (
    <>
      {jobs.map((job) => {
        const made = job.kind === "proxy" ? null : madeBy(job);
        return (
          <Paper key={job.id} withBorder p="sm">
            <Stack gap="xs">
              <Group justify="space-between">
                <Text size="sm">{t(`kind.${job.kind}`)}</Text>
                <Group gap="xs">
                  {made !== null && (
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
