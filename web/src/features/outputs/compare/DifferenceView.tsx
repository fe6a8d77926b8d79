import { Slider, Text } from "@mantine/core";
import { type RefObject, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { number } from "@/shared/format";
import { onFrames } from "@/shared/player/useFrames";
import classes from "./Compare.module.css";
import { drawDifference, type Figures, figuresOf } from "./difference";

interface Props {
  videos: RefObject<(HTMLVideoElement | null)[]>;
  /** Whether the clips are paused, which leaves time to compute figures. */
  resting: boolean;
}

const MOST_GAIN = 32;
const FIRST_GAIN = 4;

/** The difference of two clips at each pixel: black where they are equal. */
export function DifferenceView({ videos, resting }: Props) {
  const { t } = useTranslation("outputs");
  const canvas = useRef<HTMLCanvasElement>(null);
  const [gain, setGain] = useState(FIRST_GAIN);
  const [figures, setFigures] = useState<Figures | null>(null);
  useEffect(() => {
    const [one, other] = videos.current;
    const paper = canvas.current;
    if (!one || !other || paper === null) return;
    const draw = () => {
      const drawn = drawDifference(paper, one, other);
      setFigures(drawn && resting && !one.seeking && !other.seeking ? figuresOf(paper) : null);
    };
    draw();
    const stops = [onFrames(one, draw), onFrames(other, draw)];
    return () => {
      for (const stop of stops) stop();
    };
  }, [videos, resting]);
  return (
    <>
      <div className={classes.difference}>
        <canvas ref={canvas} style={{ filter: `brightness(${gain})` }} role="img" aria-label={t("compare.picture")} />
      </div>
      <div className={classes.panel}>
        <Slider
          size="sm"
          min={1}
          max={MOST_GAIN}
          value={gain}
          onChange={setGain}
          label={null}
          thumbLabel={t("compare.gain")}
          thumbProps={{ "aria-valuetext": t("compare.gainOf", { gain }) }}
        />
        <Text size="sm" mt={6} role="status">
          {t("compare.gainOf", { gain })}
          {figures === null
            ? ""
            : ` · ${t(figures.share === 0 ? "compare.alike" : "compare.apart", {
                share: number(figures.share * 100, 1),
                mean: number(figures.mean, 2),
              })}`}
        </Text>
      </div>
    </>
  );
}
