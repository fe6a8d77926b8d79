import { Group, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Section } from "@/shared/ui/Section";
import { curveOf, frameIn, isAnimated, keyBefore, PARAMETERS, type Parameter, valueAt } from "../model/curves";
import type { Lying } from "../model/finding";
import type { Clip } from "../model/project";
import { editor } from "../state/editor";
import { useFilm } from "../state/film";
import { useReadout } from "../state/readout";
import { CommitNumber } from "./Commit";
import { KeyButtons } from "./KeyButtons";
import { KeyLane } from "./KeyLane";
import { KeyWay } from "./KeyWay";

/** Animatable parameters, with their values at the playhead. */
export function ParametersPart({ lying: { clip, track }, locked }: { lying: Lying; locked: boolean }) {
  const { t } = useTranslation("timeline");
  const of = track.kind === "audio" ? "sound" : "picture";
  return (
    <Section small title={t(of === "sound" ? "parameters.sound" : "parameters.picture")}>
      {PARAMETERS.filter((parameter) => parameter.of === of).map((parameter) => (
        <Row key={parameter.name} clip={clip} parameter={parameter} locked={locked} />
      ))}
    </Section>
  );
}

interface RowProps {
  clip: Clip;
  parameter: Parameter;
  locked: boolean;
}

/** Each part subscribes to the playhead itself, so that little is rendered for each frame. */
function Row({ clip, parameter, locked }: RowProps) {
  const curve = curveOf(clip, parameter.name);
  return (
    <Stack gap={2}>
      <Group gap={2} wrap="nowrap" align="flex-end">
        <Value clip={clip} parameter={parameter} locked={locked} />
        <KeyButtons clip={clip} parameter={parameter} locked={locked} />
      </Group>
      {curve !== null && isAnimated(curve) && (
        <>
          <KeyLane clip={clip} curve={curve} />
          <KeyWay clip={clip} curve={curve} name={parameter.name} locked={locked} />
        </>
      )}
    </Stack>
  );
}

function Value({ clip, parameter: { name, usual, least, most, step }, locked }: RowProps) {
  const { t } = useTranslation("timeline");
  const { edits } = useFilm();
  const curve = curveOf(clip, name);
  const value = useReadout((state) => valueAt(curve, usual, frameIn(clip, state.playhead)));
  const target = { clip: clip.id, parameter: name };
  const set = (next: number) => {
    const frame = frameIn(clip, editor.now().playhead);
    const interpolation = keyBefore(curve, frame)?.interpolation ?? "linear";
    void edits.run([
      isAnimated(curve)
        ? { edit: "set_keyframe", ...target, frame, value: next, interpolation }
        : { edit: "set_parameter", ...target, value: next },
    ]);
  };
  return (
    <CommitNumber
      label={t(`parameter.${name}`)}
      value={Number(value.toFixed(4))}
      min={least}
      max={most}
      step={step}
      disabled={locked}
      commit={set}
      flex={1}
    />
  );
}
