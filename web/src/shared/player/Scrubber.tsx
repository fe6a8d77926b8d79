import { Slider } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { clock, type Timing } from "./timecode";

interface Props {
  frame: number;
  timing: Timing;
  seek: (frame: number) => void;
}

/** Position in the clip, by frames. */
export function Scrubber({ frame, timing, seek }: Props) {
  const { t } = useTranslation("shared");
  const at = t("player.at", { frame: frame + 1, frames: timing.frames, time: clock(frame / timing.rate) });
  return (
    <Slider
      value={frame}
      min={0}
      max={Math.max(1, timing.frames - 1)}
      step={1}
      onChange={seek}
      label={(value) => value + 1}
      size="sm"
      thumbProps={{ "aria-valuetext": at }}
      thumbLabel={t("player.position")}
    />
  );
}
