import { Button, Group, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { NOTICED, useContinuity } from "@/shared/continuity";
import { number } from "@/shared/format";
import { isOver, madeBy, useJobs } from "@/shared/live/jobs";
import { tellFault } from "@/shared/tell";
import { FaultNote } from "@/shared/ui/FaultNote";
import { JobProgress } from "@/shared/ui/JobProgress";
import { Section } from "@/shared/ui/Section";
import { assetOf, type Lying, shotOf } from "../model/finding";
import { timed } from "../model/mapping";
import type { Shot } from "../model/project";
import { repairClip, repairTake } from "../server/calls";
import { useFilm } from "../state/film";
import { useRepairs } from "../state/repairs";
import { UseHere } from "./UseHere";

/** Measures the colour drift of a clip and repairs it: with a new take of its shot, or with a new clip. */
export function ColoursPart({ lying: { clip, track }, locked }: { lying: Lying; locked: boolean }) {
  const { t } = useTranslation("timeline");
  const { project } = useFilm();
  const [asked, setAsked] = useState(false);
  const asset = assetOf(project, clip);
  const { data, error, isFetching } = useContinuity(asset ?? "", asked && asset !== null);
  if (track.kind !== "video" || asset === null || timed(clip) === null) return null;
  return (
    <Section small title={t("colours.title")}>
      {error !== null && <FaultNote error={error} />}
      {data === undefined ? (
        <Button size="compact-xs" variant="default" loading={isFetching} onClick={() => setAsked(true)}>
          {t("colours.measure")}
        </Button>
      ) : (
        <>
          <Text size="xs" role="status">
            {t("colours.drift", { end: number(data.drift.colour, 1), most: number(data.most_drift, 1) })}{" "}
            {t(data.most_drift > NOTICED ? "colours.seen" : "colours.unseen")}
          </Text>
          <Repair key={asset} asset={asset} shot={shotOf(project, clip)} clip={clip.id} locked={locked} />
        </>
      )}
    </Section>
  );
}

interface RepairProps {
  asset: string;
  shot: Shot | null;
  clip: string;
  locked: boolean;
}

function Repair({ asset, shot, clip, locked }: RepairProps) {
  const { t } = useTranslation("timeline");
  const { answer, mayWrite } = useFilm();
  const id = useRepairs(({ jobs }) => jobs[asset]);
  const job = useJobs(({ byId }) => (id === undefined ? undefined : byId[id]));
  const begin = useMutation({
    mutationFn: () => (shot === null ? repairClip(asset) : repairTake(answer.id, shot.id)),
    onError: tellFault,
    onSuccess: (begun) => {
      useJobs.getState().put([begun]);
      useRepairs.getState().begun(asset, begun.id);
    },
  });
  const take = shot?.takes.findIndex(({ treated }) => treated?.asset === asset && "hold_colour" in treated.treatment);
  if (take !== undefined && take >= 0) return <Text size="xs">{t("colours.isTake", { number: take + 1 })}</Text>;
  if (job !== undefined && !isOver(job)) return <JobProgress job={job} />;
  const made = job === undefined ? null : madeBy(job);
  if (shot === null && made !== null) return <UseHere asset={made} clip={clip} locked={locked} />;
  if (!mayWrite) return null;
  return (
    <Group justify="space-between">
      {job?.error && <Text size="xs">{job.error.message}</Text>}
      <Button size="compact-xs" variant="default" loading={begin.isPending} onClick={() => begin.mutate()}>
        {t("colours.repair")}
      </Button>
    </Group>
  );
}
