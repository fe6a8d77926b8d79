import { frameIn } from "../model/curves";
import type { Clip, Curve } from "../model/project";
import { useReadout } from "../state/readout";
import classes from "./Inspector.module.css";

/** Positions of the keyframes within the clip; the buttons above lead to them. */
export function KeyLane({ clip, curve }: { clip: Clip; curve: Curve }) {
  const frame = useReadout((state) => frameIn(clip, state.playhead));
  const at = (key: number) => `${(100 * key) / Math.max(1, clip.duration - 1)}%`;
  return (
    <div className={classes.lane} aria-hidden>
      {curve.keyframes
        .filter((key) => key.frame >= 0 && key.frame < clip.duration)
        .map((key) => (
          <span key={key.frame} className={classes.key} style={{ insetInlineStart: at(key.frame) }} />
        ))}
      <span className={classes.now} style={{ insetInlineStart: at(frame) }} />
    </div>
  );
}
