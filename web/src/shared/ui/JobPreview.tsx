import { AspectRatio, Center } from "@mantine/core";
import { IconMovie } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { fetchBlob } from "@/shared/api/client";
import type { Job } from "@/shared/live/jobs";

/** Animated preview of the clip so far, updated while the job runs. */
export function JobPreview({ job, ratio }: { job: Job; ratio?: number }) {
  const { t } = useTranslation("shared");
  const picture = usePreview(job);
  return (
    <AspectRatio ratio={ratio ?? ratioOf(job)}>
      {picture === null ? (
        <Center
          bg="var(--mantine-color-default-hover)"
          c="var(--mantine-color-placeholder)"
          bdrs="md"
          role="img"
          aria-label={t("preview.none")}
        >
          <IconMovie size={28} stroke={1.2} aria-hidden />
        </Center>
      ) : (
        <img src={picture} alt={t("preview.alt", { prompt: promptOf(job) })} style={{ objectFit: "cover" }} />
      )}
    </AspectRatio>
  );
}

/** Fetches the preview with the user's token, which an `<img>` cannot send. */
function usePreview(job: Job): string | null {
  const [picture, setPicture] = useState<string | null>(null);
  const { id } = job;
  const version = job.state === "succeeded" ? "done" : job.progress.preview;
  useEffect(() => {
    if (version === null) return;
    const leaving = new AbortController();
    fetchBlob(`/api/v1/jobs/${id}/preview`, leaving.signal)
      .then((blob) => setPicture(URL.createObjectURL(blob)))
      .catch(() => {}); // the next one comes soon
    return () => leaving.abort();
  }, [id, version]);
  useEffect(() => {
    return () => {
      if (picture !== null) URL.revokeObjectURL(picture);
    };
  }, [picture]);
  return picture;
}

export function promptOf(job: Job): string {
  const prompt = job.recipe?.prompt;
  return typeof prompt === "string" ? prompt : "";
}

function ratioOf(job: Job): number {
  const { width, height } = (job.recipe ?? {}) as { width?: number; height?: number };
  return width && height ? width / height : 16 / 9;
}
