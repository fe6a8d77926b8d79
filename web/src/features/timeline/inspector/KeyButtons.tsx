import {
  IconArrowBackUp,
  IconChevronLeft,
  IconChevronRight,
  IconDiamond,
  IconDiamondFilled,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useShallow } from "zustand/react/shallow";
import { Act } from "../editor/Act";
import { curveOf, frameIn, isAnimated, keyAt, keyBeside, type Parameter, valueAt } from "../model/curves";
import type { Clip, Curve } from "../model/project";
import { editor } from "../state/editor";
import { useFilm } from "../state/film";
import { useReadout } from "../state/readout";

interface Props {
  clip: Clip;
  parameter: Parameter;
  locked: boolean;
}

const isKeyed = (curve: Curve | null, frame: number) => isAnimated(curve) && keyAt(curve, frame) !== null;

/** Buttons to go to the previous and next keyframe, to add or remove one here, and to reset the parameter. */
export function KeyButtons({ clip, parameter: { name, usual }, locked }: Props) {
  const { t } = useTranslation("timeline");
  const { edits } = useFilm();
  const curve = curveOf(clip, name);
  const { before, keyed, after } = useReadout(
    useShallow(({ playhead }) => {
      const frame = frameIn(clip, playhead);
      return {
        before: keyBeside(curve, frame, -1) !== null,
        keyed: isKeyed(curve, frame),
        after: keyBeside(curve, frame, 1) !== null,
      };
    }),
  );
  const label = t(`parameter.${name}`);
  const target = { clip: clip.id, parameter: name };
  const key = () => {
    const frame = frameIn(clip, editor.now().playhead);
    const value = valueAt(curve, usual, frame);
    void edits.run([
      isKeyed(curve, frame)
        ? { edit: "clear_keyframe", ...target, frame }
        : { edit: "set_keyframe", ...target, frame, value },
    ]);
  };
  const to = (way: 1 | -1) => {
    const beside = keyBeside(curve, frameIn(clip, editor.now().playhead), way);
    if (beside !== null) editor.seek(clip.start + beside.frame);
  };
  return (
    <>
      <Act small label={t("key.before", { label })} Icon={IconChevronLeft} disabled={!before} act={() => to(-1)} />
      <Act
        small
        label={t("key.here", { label })}
        Icon={keyed ? IconDiamondFilled : IconDiamond}
        pressed={keyed}
        disabled={locked}
        act={key}
      />
      <Act small label={t("key.after", { label })} Icon={IconChevronRight} disabled={!after} act={() => to(1)} />
      <Act
        small
        label={t("key.usual", { label })}
        Icon={IconArrowBackUp}
        disabled={locked || curve === null}
        act={() => void edits.run([{ edit: "clear_parameter", ...target }])}
      />
    </>
  );
}
