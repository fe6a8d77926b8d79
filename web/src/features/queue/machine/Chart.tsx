import { useComputedColorScheme } from "@mantine/core";
import { useElementSize, useMergedRef } from "@mantine/hooks";
import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { language } from "@/shared/i18n";
import classes from "../queue.module.css";

const HEIGHT = 92;

interface Props {
  at: number[];
  /** From 0 to 1. */
  share: (number | null)[];
  /** The chart in words, for screen readers. */
  label: string;
}

/** A chart of one line from 0 to 1. */
export function Chart({ at, share, label }: Props) {
  const own = useRef<HTMLDivElement>(null);
  const { ref: measured, width } = useElementSize<HTMLDivElement>();
  const ref = useMergedRef(own, measured);
  const scheme = useComputedColorScheme("light");
  const plot = useRef<uPlot | null>(null);
  const data = useRef<uPlot.AlignedData>([at, share]);
  data.current = [at, share];
  const drawable = width > 0;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours depend on the scheme
  useEffect(() => {
    if (!drawable || own.current === null) return;
    const made = new uPlot(options(own.current), data.current, own.current);
    plot.current = made;
    return () => {
      plot.current = null;
      made.destroy();
    };
  }, [drawable, scheme]);

  useEffect(() => {
    if (drawable) plot.current?.setSize({ width, height: HEIGHT });
  }, [drawable, width]);

  useEffect(() => {
    plot.current?.setData([at, share]);
  }, [at, share]);

  return <div ref={ref} role="img" aria-label={label} className={classes.chart} style={{ height: HEIGHT }} />;
}

function options(element: HTMLElement): uPlot.Options {
  const style = getComputedStyle(element);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const stroke = colour("--mantine-color-dimmed");
  const grid = { stroke: colour("--mantine-color-default-border"), width: 1 };
  const axis: uPlot.Axis = { stroke, grid, ticks: { show: false }, font: "11px system-ui", gap: 4 };
  const line = colour("--mantine-primary-color-light-color");
  return {
    width: element.clientWidth,
    height: HEIGHT,
    padding: [6, 6, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: { y: { range: [0, 1] } },
    axes: [
      { ...axis, size: 22, space: 70, values: (_plot, splits) => splits.map(clock) },
      {
        ...axis,
        size: 38,
        splits: () => [0, 0.5, 1],
        values: (_plot, splits) => splits.map((one) => `${100 * one} %`),
      },
    ],
    series: [{}, { stroke: line, width: 1.5, fill: colour("--mantine-primary-color-light"), points: { show: false } }],
  };
}

function clock(at: number): string {
  return new Intl.DateTimeFormat(language(), { hour: "2-digit", minute: "2-digit" }).format(at * 1000);
}
