import { Anchor, Box, Group, Stack, Text } from "@mantine/core";
import { useReducedMotion } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useAsset } from "@/shared/library";
import { links } from "@/shared/links";
import { AT_WORK, type Job, madeBy, useJobs } from "@/shared/live/jobs";
import { JobPreview, promptOf } from "@/shared/ui/JobPreview";
import { JobProgress } from "@/shared/ui/JobProgress";
import { StateBadge } from "@/shared/ui/StateBadge";

/** One clip, in progress or finished. */
export function LatestClip({ id, playing = false }: { id: string; playing?: boolean }) {
  const { t } = useTranslation("generate");
  const job = useJobs(({ byId }) => byId[id]);
  if (job === undefined) return null;
  const asset = job.state === "succeeded" ? madeBy(job) : null;
  const shape = playing ? Math.max(TALLEST, shapeOf(job)) : 1;
  const nothingYet = asset === null && job.progress.preview === null;
  return (
    <Stack gap={6}>
      {asset === null ? (
        <JobPreview job={job} ratio={nothingYet ? WIDE : shape} />
      ) : (
        <Film id={asset} job={job} playing={playing} shape={shape} />
      )}
      <Group gap="xs" wrap="nowrap" justify="space-between">
        <Text size="sm" lineClamp={1} miw={0} style={{ overflowWrap: "anywhere" }}>
          {promptOf(job)}
        </Text>
        {job.state !== "succeeded" && (
          <Box flex="none">
            <StateBadge state={job.state} />
          </Box>
        )}
      </Group>
      {AT_WORK.includes(job.state) && <JobProgress job={job} />}
      {job.error && <Text size="xs">{job.error.message}</Text>}
      {job.state === "draft" && job.batch && (
        <Anchor component={Link} to={links.sheet(job.batch)} size="sm">
          {t("latest.sheet")}
        </Anchor>
      )}
      {asset !== null && (
        <Anchor component={Link} to={links.clip(asset)} size="sm">
          {t("latest.open")}
        </Anchor>
      )}
    </Stack>
  );
}

/** Limits the height of portrait clips, which would otherwise fill the space beside the form. */
const TALLEST = 4 / 5;

/** Aspect ratio of a clip without a preview yet. */
const WIDE = 21 / 9;

function shapeOf(job: Job): number {
  const { width, height } = (job.recipe ?? {}) as { width?: number; height?: number };
  return width && height ? width / height : 1;
}

interface FilmProps {
  id: string;
  job: Job;
  playing: boolean;
  shape: number;
}

function Film({ id, job, playing, shape }: FilmProps) {
  const still = useReducedMotion();
  const { t } = useTranslation("generate");
  const { data: asset } = useAsset(id);
  if (asset === undefined) return <JobPreview job={job} ratio={shape} />;
  return (
    <video
      src={asset.urls.file}
      poster={asset.urls.poster ?? undefined}
      controls
      loop
      muted
      autoPlay={playing && !still}
      playsInline
      preload="metadata"
      aria-label={t("latest.clip", { prompt: promptOf(job) })}
      style={{ width: "100%", aspectRatio: shape, borderRadius: "var(--mantine-radius-md)", background: "black" }}
    />
  );
}
