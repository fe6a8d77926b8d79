import classes from "./Clip.module.css";

const WIDTH = 300;
const HEIGHT = 48;

interface Props {
  label: string;
  values: readonly number[];
  /** The lowest value at which the scale may end. */
  least: number;
  /** Frames marked with a vertical line. */
  cuts: readonly number[];
}

/** A line chart of one value per frame. */
export function Curve({ label, values, least, cuts }: Props) {
  const top = Math.max(least, ...values);
  const x = (frame: number) => ((frame + 0.5) / values.length) * WIDTH;
  const points = values.map((value, frame) => `${x(frame).toFixed(1)},${(HEIGHT - (value / top) * HEIGHT).toFixed(1)}`);
  return (
    <figure className={classes.curve}>
      <figcaption>{label}</figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={label}>
        {cuts.map((cut) => (
          <line key={cut} x1={x(cut)} x2={x(cut)} y1={0} y2={HEIGHT} className={classes.cut} />
        ))}
        <polyline points={points.join(" ")} vectorEffect="non-scaling-stroke" />
      </svg>
    </figure>
  );
}
