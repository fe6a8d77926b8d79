import { Button, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { number } from "@/shared/format";
import { FaultNote } from "@/shared/ui/FaultNote";
import { Section } from "@/shared/ui/Section";
import type { Lying } from "../model/finding";
import { endOf } from "../model/mapping";
import { measureJoint } from "../server/calls";
import { useFilm } from "../state/film";

const share = (part: number) => `${part > 0 ? "+" : ""}${number(part * 100, 0)} %`;

/** How far the picture jumps at the cut to this clip; measured on request, in the film as it would be exported. */
export function JointPart({ lying: { clip, track, index } }: { lying: Lying }) {
  const { t } = useTranslation("timeline");
  const { answer } = useFilm();
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ["projects", answer.id, "joint", clip.start, answer.version],
    queryFn: ({ signal }) => measureJoint(answer.id, clip.start, signal),
    enabled: false,
  });
  const before = track.clips[index - 1];
  if (track.kind !== "video" || before === undefined || endOf(before) !== clip.start) return null;
  return (
    <Section small title={t("joint.title")}>
      {error !== null && <FaultNote error={error} />}
      {data !== undefined && (
        <Text size="xs" role="status">
          {t("joint.jump", {
            colour: number(data.colour, 1),
            contrast: share(data.contrast),
            sharpness: share(data.sharpness),
          })}
        </Text>
      )}
      <Button size="compact-xs" variant="default" loading={isFetching} onClick={() => void refetch()}>
        {t("joint.measure")}
      </Button>
    </Section>
  );
}
