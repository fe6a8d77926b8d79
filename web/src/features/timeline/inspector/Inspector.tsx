import { Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { findClip, shotOf } from "../model/finding";
import { useEditor } from "../state/editor";
import { useFilm } from "../state/film";
import { ClipPart } from "./ClipPart";
import { ColoursPart } from "./ColoursPart";
import { FilmPart } from "./FilmPart";
import { JointPart } from "./JointPart";
import { LookPart } from "./LookPart";
import { ParametersPart } from "./ParametersPart";
import { PromptPart } from "./PromptPart";
import { ShotPart } from "./ShotPart";
import { TitlePart } from "./TitlePart";
import { TrackPart } from "./TrackPart";
import { TransitionParts } from "./TransitionPart";

/** Settings of the selection: a clip, or else a track and the film. */
export function Inspector() {
  const { t } = useTranslation("timeline");
  const { project, timeline, mayWrite } = useFilm();
  const active = useEditor((state) => state.active ?? state.selection[0] ?? null);
  const trackId = useEditor((state) => state.track);
  const lying = findClip(timeline, active);
  const track = timeline.tracks.find((one) => one.id === trackId);
  if (lying === null)
    return (
      <Stack gap="md" pb="md">
        <FilmPart />
        {track && <TrackPart track={track} />}
      </Stack>
    );
  const { clip } = lying;
  const locked = !mayWrite || (lying.track.locked ?? false);
  const shot = shotOf(project, clip);
  const prompt = clip.source.kind === "prompt" ? clip.source : null;
  return (
    <Stack gap="md" pb="md" key={clip.id}>
      {lying.track.locked && (
        <Text size="xs" c="dimmed">
          {t("clip.locked")}
        </Text>
      )}
      {clip.source.kind === "title" && <TitlePart clip={clip} source={clip.source} locked={locked} />}
      {prompt && <PromptPart lying={lying} source={prompt} locked={locked} />}
      <ClipPart lying={lying} locked={locked} />
      <TransitionParts clip={clip} locked={locked} />
      <JointPart lying={lying} />
      <ColoursPart lying={lying} locked={locked} />
      {shot && <ShotPart shot={shot} />}
      {!prompt && <ParametersPart lying={lying} locked={locked} />}
      {lying.track.kind === "video" && (
        <LookPart
          look={clip.look ?? []}
          locked={locked}
          lookOf={(timeline) => findClip(timeline, clip.id)?.clip.look ?? []}
          command={(look) => ({ edit: "set_clip", clip: clip.id, look })}
        />
      )}
    </Stack>
  );
}
