import { Badge, Group, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useTrackName } from "../canvas/useTrackName";
import { nameOf, shownTracks } from "../model/finding";
import { timecode } from "../model/timecode";
import { useFilm } from "../state/film";
import { Viewer } from "../viewer/Viewer";

/** The film on small screens: the viewer and a list of its clips, without editing. */
export function Reading() {
  const { t } = useTranslation("timeline");
  const { project, timeline, rate } = useFilm();
  const trackName = useTrackName();
  return (
    <Stack>
      <Title order={1} size="h3">
        {project.name}
      </Title>
      <Viewer />
      <Text size="sm" c="dimmed">
        {t("reading")}
      </Text>
      {shownTracks(timeline).map((track) => (
        <Stack key={track.id} component="section" gap={4} aria-label={trackName(track)}>
          <Title order={2} size="h5">
            {trackName(track)}
          </Title>
          {track.clips.map((clip) => (
            <Group key={clip.id} justify="space-between" wrap="nowrap" gap="xs">
              <Text size="sm" truncate>
                {nameOf(project, clip) || t("unnamed")}
              </Text>
              <Badge variant="light" color="gray" tt="none" flex="none">
                {timecode(clip.start, rate)}
              </Badge>
            </Group>
          ))}
        </Stack>
      ))}
    </Stack>
  );
}
