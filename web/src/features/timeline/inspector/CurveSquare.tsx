import { type KeyboardEvent, type PointerEvent, useRef } from "react";
import { useTranslation } from "react-i18next";
import { type Channel, movedTone, type Tone, toneAt, withoutTone, withTone } from "../model/tones";
import classes from "./Curves.module.css";

const STEPS = 64;
const KEY_STEP = 0.01;
const LARGE_STEP = 0.1;
/** How far outside the square, in side lengths, a point is dragged to be removed. */
const OUTSIDE = 0.15;

interface Props {
  label: string;
  channel: Channel;
  points: readonly Tone[];
  locked: boolean;
  /** Called while a point moves. */
  draw: (points: readonly Tone[]) => void;
  /** Called when it is released. */
  send: (points: readonly Tone[]) => void;
}

/** A tone curve in a square; its points move by dragging or with the arrow keys. */
export function CurveSquare({ label, channel, points, locked, draw, send }: Props) {
  const { t } = useTranslation("timeline");
  const square = useRef<HTMLDivElement>(null);
  const held = useRef<{ index: number; before: readonly Tone[]; changed: boolean } | null>(null);
  const moving = useRef(false);

  const place = ({ clientX, clientY }: PointerEvent): Tone => {
    const box = square.current?.getBoundingClientRect();
    if (box === undefined || box.width === 0) return [0, 0];
    return [(clientX - box.left) / box.width, 1 - (clientY - box.top) / box.height];
  };
  const focus = (index: number) => square.current?.querySelectorAll<HTMLElement>("[role=slider]")[index]?.focus();
  const remove = (index: number) => {
    if (index === points.length - 1) focus(index - 1);
    send(withoutTone(points, index));
  };

  const press = (event: PointerEvent<HTMLElement>) => {
    if (locked || event.button !== 0) return;
    const hit = (event.target as Element).closest<HTMLElement>("[data-index]");
    const added = hit === null ? withTone(points, place(event)) : null;
    const index = hit === null ? added?.index : Number(hit.dataset.index);
    if (index === undefined) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    held.current = { index, before: added?.points ?? points, changed: added !== null };
    if (added !== null) draw(added.points);
  };
  const drag = (event: PointerEvent<HTMLElement>) => {
    const now = held.current;
    if (now === null) return;
    const [x, y] = place(event);
    now.changed = true;
    const out = Math.max(-x, x - 1, -y, y - 1) > OUTSIDE;
    draw(out ? withoutTone(now.before, now.index) : movedTone(now.before, now.index, [x, y]));
  };
  const release = (event: PointerEvent<HTMLElement>) => {
    const now = held.current;
    held.current = null;
    if (now === null) return;
    focus(now.index);
    if (!now.changed) return;
    if (event.type === "pointerup") send(points);
    else draw(now.before);
  };

  const move = (event: KeyboardEvent<HTMLElement>, index: number) => {
    if (locked) return;
    if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      remove(index);
      return;
    }
    const way = WAYS[event.key];
    const point = points[index];
    if (way === undefined || point === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const step = event.shiftKey ? LARGE_STEP : KEY_STEP;
    moving.current = true;
    draw(movedTone(points, index, [point[0] + way[0] * step, point[1] + way[1] * step]));
  };
  /** Holding a key down is one undo step. */
  const letGo = () => {
    if (!moving.current) return;
    moving.current = false;
    send(points);
  };

  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is not meant for drawing
    <div
      ref={square}
      role="group"
      aria-label={label}
      className={classes.square}
      data-channel={channel}
      {...(locked ? {} : { onPointerDown: press, onPointerMove: drag, onPointerUp: release, onPointerCancel: release })}
    >
      <svg viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden>
        <path className={classes.grid} d="M0 .25H1M0 .5H1M0 .75H1M.25 0V1M.5 0V1M.75 0V1M0 1L1 0" />
        <path className={classes.line} d={pathOf(points)} />
      </svg>
      {points.map(([x, y], index) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: a point is identified by its index
          key={index}
          role="slider"
          tabIndex={0}
          data-index={index}
          className={classes.point}
          style={{ insetInlineStart: `${100 * x}%`, insetBlockEnd: `${100 * y}%` }}
          aria-label={t("curves.point", { number: index + 1, count: points.length })}
          aria-valuemin={0}
          aria-valuemax={1}
          aria-valuenow={y}
          aria-valuetext={t("curves.value", { from: x.toFixed(2), to: y.toFixed(2) })}
          aria-disabled={locked}
          onKeyDown={(event) => move(event, index)}
          onKeyUp={letGo}
          onBlur={letGo}
          onDoubleClick={() => !locked && remove(index)}
        />
      ))}
    </div>
  );
}

const WAYS: Record<string, Tone> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

function pathOf(points: readonly Tone[]): string {
  const at = (step: number) => `${step / STEPS} ${(1 - toneAt(points, step / STEPS)).toFixed(4)}`;
  return `M${Array.from({ length: STEPS + 1 }, (_, step) => at(step)).join("L")}`;
}
