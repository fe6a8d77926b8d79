import { inAccuracy } from "./saving";
import {
  type Accuracy,
  AXES,
  type Axis,
  type AxisName,
  type ClipForm,
  MOST_SEED,
  type Model,
  SOLVERS,
  type Solver,
} from "./types";

/** One value of an axis: its label and its change of the form. */
export interface Variation {
  label: string;
  change: Partial<ClipForm>;
}

interface Kind {
  whole: boolean;
  least: number;
  most: (model: Model) => number;
  change: (value: number) => Partial<ClipForm>;
}

const NUMBERS = {
  steps: { whole: true, least: 1, most: ({ limits }) => limits.most_steps, change: (steps) => ({ steps }) },
  guidance: { whole: false, least: 0, most: () => 30, change: (scale) => ({ guidance: [scale, scale] }) },
  shift: { whole: false, least: 0.01, most: () => 100, change: (shift) => ({ shift }) },
  // Motion sets the shift, and a chosen shift would override it.
  motion: { whole: false, least: 0, most: () => 1, change: (motion) => ({ motion, shift: null }) },
  seed: { whole: true, least: 0, most: () => MOST_SEED, change: (seed) => ({ seed }) },
  frames: { whole: true, least: 1, most: ({ limits }) => limits.most_frames, change: (frames) => ({ frames }) },
} satisfies Partial<Record<AxisName, Kind>>;

/** The options of an axis that takes words; null for an axis of numbers. */
export function choicesOf(parameter: AxisName, model: Model): readonly string[] | null {
  if (parameter === "solver") return SOLVERS;
  return parameter === "accuracy" ? model.accuracies : null;
}

/** The parameters that a grid may vary. */
export function axesOf(model: Model): AxisName[] {
  return AXES.filter((name) => name !== "accuracy" || model.accuracies.length > 1);
}

/** The values of an axis, read from text like `20, 30, 40`; invalid ones are returned separately. */
export function readAxis({ parameter, values }: Axis, model: Model): { variations: Variation[]; wrong: string[] } {
  const words = [...new Set(values.split(/[,;\s]+/).filter(Boolean))];
  const read = words.map((word) => ({ word, change: changeBy(parameter, word, model) }));
  return {
    variations: read.flatMap(({ word, change }) => (change === null ? [] : [{ label: word, change }])),
    wrong: read.filter(({ change }) => change === null).map(({ word }) => word),
  };
}

function changeBy(parameter: AxisName, word: string, model: Model): Partial<ClipForm> | null {
  if (parameter === "solver" || parameter === "accuracy") {
    if (!choicesOf(parameter, model)?.includes(word)) return null;
    return parameter === "solver" ? { solver: word as Solver } : inAccuracy(word as Accuracy);
  }
  const kind: Kind = NUMBERS[parameter];
  const value = Number(word);
  const fits = (kind.whole ? Number.isInteger(value) : Number.isFinite(value)) && value >= kind.least;
  if (!fits || value > kind.most(model)) return null;
  if (parameter === "frames" && (value - 1) % model.limits.temporal !== 0) return null;
  return kind.change(value);
}

/** Every combination of the axes' values; a single empty change if there are no axes. */
export function expandGrid(axes: Axis[], model: Model): Variation[] {
  return axes.reduce<Variation[]>(
    (cells, axis) => {
      const { variations } = readAxis(axis, model);
      if (variations.length === 0) return cells;
      return cells.flatMap((cell) =>
        variations.map(({ label, change }) => ({
          label: [cell.label, `${axis.parameter} ${label}`].filter(Boolean).join(", "),
          change: { ...cell.change, ...change },
        })),
      );
    },
    [{ label: "", change: {} }],
  );
}
