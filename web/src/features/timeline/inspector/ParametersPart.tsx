import { Group, NativeSelect, Stack } from "@mantine/core";
import {
  IconArrowBackUp,
  IconChevronLeft,
  IconChevronRight,
  IconDiamond,
  IconDiamondFilled,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Section } from "@/shared/ui/Section";
import { Act } from "../editor/Act";
import { curveOf, isAnimated, keyAt, keyBefore, keyBeside, PARAMETERS, type Parameter, valueAt } from "../model/curves";
import type { Lying } from "../model/finding";
import type { Clip, Curve, Interpolation } from "../model/project";
import { editor, useEditor } from "../state/editor";
import { useFilm } from "../state/film";
import { CommitNumber } from "./Commit";
import classes from "./Inspector.module.css";

const WAYS: readonly Interpolation[] = ["hold", "linear", "smooth"];

/** Values that may change over time, as they are at the playhead. */
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

function Row({ clip, parameter, locked }: { clip: Clip; parameter: Parameter; locked: boolean }) {
  const { t } = useTranslation("timeline");
  const { edits } = useFilm();
  const { name, usual, least, most, step } = parameter;
  const frame = useEditor((state) => Math.min(clip.duration - 1, Math.max(0, state.playhead - clip.start)));
  const curve = curveOf(clip, name);
  const value = valueAt(curve, usual, frame);
  const here = keyAt(curve, frame);
  const leaving = keyBefore(curve, frame);
  const label = t(`parameter.${name}`);
  const target = { clip: clip.id, parameter: name };
  const set = (next: number) =>
    void edits.run([
      isAnimated(curve)
        ? { edit: "set_keyframe", ...target, frame, value: next, interpolation: leaving?.interpolation ?? "linear" }
        : { edit: "set_parameter", ...target, value: next },
    ]);
  const key = () =>
    void edits.run([
      here !== null && isAnimated(curve)
        ? { edit: "clear_keyframe", ...target, frame }
        : { edit: "set_keyframe", ...target, frame, value },
    ]);
  const to = (way: 1 | -1) => {
    const beside = keyBeside(curve, frame, way);
    if (beside !== null) editor.seek(clip.start + beside.frame);
  };
  const keyed = here !== null && isAnimated(curve);
  return (
    <Stack gap={2}>
      <Group gap={2} wrap="nowrap" align="flex-end">
        <CommitNumber
          label={label}
          value={Number(value.toFixed(4))}
          min={least}
          max={most}
          step={step}
          disabled={locked}
          commit={set}
          flex={1}
        />
        <Act
          small
          label={t("key.before", { label })}
          Icon={IconChevronLeft}
          disabled={keyBeside(curve, frame, -1) === null}
          act={() => to(-1)}
        />
        <Act
          small
          label={t("key.here", { label })}
          Icon={keyed ? IconDiamondFilled : IconDiamond}
          pressed={keyed}
          disabled={locked}
          act={key}
        />
        <Act
          small
          label={t("key.after", { label })}
          Icon={IconChevronRight}
          disabled={keyBeside(curve, frame, 1) === null}
          act={() => to(1)}
        />
        <Act
          small
          label={t("key.usual", { label })}
          Icon={IconArrowBackUp}
          disabled={locked || curve === null}
          act={() => void edits.run([{ edit: "clear_parameter", ...target }])}
        />
      </Group>
      {curve !== null && isAnimated(curve) && (
        <>
          <Lane curve={curve} duration={clip.duration} frame={frame} />
          <Way
            label={t("key.way", { label })}
            value={leaving?.interpolation ?? "linear"}
            locked={locked || leaving === null}
            choose={(interpolation) =>
              leaving &&
              void edits.run([
                { edit: "set_keyframe", ...target, frame: leaving.frame, value: leaving.value, interpolation },
              ])
            }
          />
        </>
      )}
    </Stack>
  );
}

interface WayProps {
  label: string;
  value: Interpolation;
  locked: boolean;
  choose: (value: Interpolation) => void;
}

/** How the value goes on from the keyframe at the playhead, or the last before it. */
function Way({ label, value, locked, choose }: WayProps) {
  const { t } = useTranslation("timeline");
  return (
    <NativeSelect
      size="xs"
      aria-label={label}
      value={value}
      disabled={locked}
      data={WAYS.map((one) => ({ value: one, label: t(`interpolation.${one}`) }))}
      onChange={(event) => choose(event.currentTarget.value as Interpolation)}
    />
  );
}

/** Where the keyframes stand within the clip; the buttons above lead to them. */
function Lane({ curve, duration, frame }: { curve: Curve; duration: number; frame: number }) {
  const at = (key: number) => `${(100 * key) / Math.max(1, duration - 1)}%`;
  return (
    <div className={classes.lane} aria-hidden>
      {curve.keyframes
        .filter((key) => key.frame >= 0 && key.frame < duration)
        .map((key) => (
          <span key={key.frame} className={classes.key} style={{ insetInlineStart: at(key.frame) }} />
        ))}
      <span className={classes.now} style={{ insetInlineStart: at(frame) }} />
    </div>
  );
}
