import { AspectRatio } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, body } from "@/shared/api/client";
import { type Job, madeBy } from "@/shared/live/jobs";
import { JobPreview } from "@/shared/ui/JobPreview";
import { seedOf } from "./batch";

/** The finished clip in place of its draft. */
export function FinalClip({ job }: { job: Job }) {
  const { t } = useTranslation("sheet");
  const id = madeBy(job) ?? "";
  const asset = useQuery({
    queryKey: ["media", id],
    enabled: id !== "",
    queryFn: async ({ signal }) =>
      body(await api.GET("/api/v1/media/{asset_id}", { params: { path: { asset_id: id } }, signal })),
  });
  if (!asset.data) return <JobPreview job={job} />;
  const { width, height } = (job.recipe ?? {}) as { width?: number; height?: number };
  return (
    <AspectRatio ratio={width && height ? width / height : 16 / 9}>
      <video
        src={asset.data.urls.file}
        {...(asset.data.urls.poster === null ? {} : { poster: asset.data.urls.poster })}
        controls
        loop
        muted
        preload="metadata"
        aria-label={t("final", { seed: seedOf(job) })}
      />
    </AspectRatio>
  );
}
