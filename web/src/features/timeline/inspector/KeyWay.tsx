import { NativeSelect } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { frameIn, keyBefore, type ParameterName } from "../model/curves";
import type { Clip, Curve, Interpolation } from "../model/project";
import { useFilm } from "../state/film";
import { useReadout } from "../state/readout";

const WAYS: readonly Interpolation[] = ["hold", "linear", "smooth"];

interface Props {
  clip: Clip;
  curve: Curve;
  name: ParameterName;
  locked: boolean;
}

/** Interpolation after the keyframe at or before the playhead. */
export function KeyWay({ clip, curve, name, locked }: Props) {
  const { t } = useTranslation("timeline");
  const { edits } = useFilm();
  const leaving = useReadout((state) => keyBefore(curve, frameIn(clip, state.playhead)));
  const choose = (interpolation: Interpolation) => {
    if (leaving === null) return;
    const { frame, value } = leaving;
    void edits.run([{ edit: "set_keyframe", clip: clip.id, parameter: name, frame, value, interpolation }]);
  };
  return (
    <NativeSelect
      size="xs"
      aria-label={t("key.way", { label: t(`parameter.${name}`) })}
      value={leaving?.interpolation ?? "linear"}
      disabled={locked || leaving === null}
      data={WAYS.map((value) => ({ value, label: t(`interpolation.${value}`) }))}
      onChange={(event) => choose(event.currentTarget.value as Interpolation)}
    />
  );
}
