import { Box, Button, Code, Group, Stack, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { ago, duration, moment } from "@/shared/format";
import { links } from "@/shared/links";
import { forget } from "@/shared/live/acts";
import { type Job, madeBy } from "@/shared/live/jobs";
import { useMayWrite } from "@/shared/session";
import { tellFault } from "@/shared/tell";
import { AskFirst } from "@/shared/ui/AskFirst";
import { StateBadge } from "@/shared/ui/StateBadge";
import { useFacts } from "./Conditions";
import { adviceFor, placeFor } from "./failures";
import { JobTitle, useTitleOf } from "./JobTitle";
import { useOps } from "./ops";
import classes from "./queue.module.css";

/** The outcome of one job, with its actions. */
export function HistoryRow({ job }: { job: Job }) {
  return (
    <Box component="li" className={classes.ended ?? ""}>
      <Group justify="space-between" align="start" gap="sm">
        <Stack gap={4} flex="1 1 320px" miw={0}>
          <Group gap="xs" wrap="nowrap">
            <StateBadge state={job.state} />
            <JobTitle job={job} />
          </Group>
          <Ended job={job} />
          <Failure job={job} />
        </Stack>
        <Actions job={job} />
      </Group>
    </Box>
  );
}

function Ended({ job }: { job: Job }) {
  const { t } = useTranslation("shared");
  const facts = useFacts(job);
  const { started_at, finished_at } = job;
  const took = started_at !== null && finished_at !== null ? duration(finished_at - started_at, t) : null;
  return (
    <Text size="xs" c="dimmed">
      {finished_at !== null && (
        <time dateTime={new Date(finished_at * 1000).toISOString()} title={moment(finished_at)}>
          {ago(finished_at)}
        </time>
      )}
      {["", ...(took === null ? [] : [took]), ...facts].join(" · ")}
    </Text>
  );
}

/** The server's message, its error code, and advice. */
function Failure({ job }: { job: Job }) {
  const { t } = useTranslation("queue");
  const advice = adviceFor(job);
  const place = placeFor(advice);
  if (job.error === null && advice === null) return null;
  return (
    <Stack gap={2}>
      {job.error !== null && (
        <Text size="sm" style={{ overflowWrap: "anywhere" }}>
          {job.error.message} <Code>{job.error.code}</Code>
        </Text>
      )}
      {advice !== null && (
        <Text size="sm" c="dimmed">
          {t(`advice.${advice}`)}{" "}
          {place !== null && (
            <Text component={Link} to={links[place]} size="sm" td="underline" c="var(--mantine-color-text)">
              {t(`advice.to.${place}`)}
            </Text>
          )}
        </Text>
      )}
    </Stack>
  );
}

function Actions({ job }: { job: Job }) {
  const { t } = useTranslation("queue");
  const title = useTitleOf()(job);
  const named = (act: string) => ({ "aria-label": t("act.of", { act, title }), children: act });
  const ops = useOps();
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const mayWrite = useMayWrite();
  const asset = job.kind === "pull" ? null : madeBy(job);
  const reload = () => queries.invalidateQueries({ queryKey: ["jobs", "history"] });
  const remove = () => forget(job.id).then(reload, tellFault);
  return (
    <Group gap="xs">
      {asset !== null && (
        <Button size="compact-sm" variant="default" component={Link} to={links.clip(asset)} {...named(t("act.open"))} />
      )}
      {mayWrite && job.state !== "succeeded" && (
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => void ops.retry([job.id]).then(reload)}
          {...named(t("act.retry"))}
        />
      )}
      {mayWrite && job.kind === "generate" && (
        <Button
          size="compact-sm"
          variant="default"
          component={Link}
          to={links.againJob(job.id)}
          {...named(t("act.again"))}
        />
      )}
      {mayWrite && (
        <Button size="compact-sm" variant="subtle" onClick={() => setAsking(true)} {...named(t("act.forget"))} />
      )}
      <AskFirst
        opened={asking}
        title={t("forget.title")}
        text={t(job.state === "succeeded" ? "forget.kept" : "forget.text")}
        yes={t("act.forget")}
        act={remove}
        close={() => setAsking(false)}
      />
    </Group>
  );
}
