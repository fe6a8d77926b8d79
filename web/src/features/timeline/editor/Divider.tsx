import type { KeyboardEvent, PointerEvent } from "react";
import { useTranslation } from "react-i18next";
import classes from "./Editor.module.css";
import { LIMITS, resize, type Sizes, useSizes } from "./sizes";

const STEP = 16;

interface Props {
  panel: keyof Sizes;
  /** 1 if dragging right or down enlarges the panel, -1 if it shrinks it. */
  way: 1 | -1;
}

/** The line between two panels, resized with the pointer or the arrow keys. */
export function Divider({ panel, way }: Props) {
  const { t } = useTranslation("timeline");
  const size = useSizes((sizes) => sizes[panel]);
  const upright = panel !== "timeline";
  const pull = (event: PointerEvent<HTMLDivElement>) => {
    const handle = event.currentTarget;
    handle.setPointerCapture(event.pointerId);
    const from = upright ? event.clientX : event.clientY;
    const move = (now: globalThis.PointerEvent) =>
      resize(panel, size + way * ((upright ? now.clientX : now.clientY) - from));
    const end = () => {
      handle.removeEventListener("pointermove", move);
      handle.removeEventListener("lostpointercapture", end);
    };
    handle.addEventListener("pointermove", move);
    handle.addEventListener("lostpointercapture", end);
  };
  const press = (event: KeyboardEvent) => {
    const [less, more] = upright ? ["ArrowLeft", "ArrowRight"] : ["ArrowUp", "ArrowDown"];
    if (event.key !== less && event.key !== more) return;
    event.preventDefault();
    resize(panel, size + way * (event.key === more ? STEP : -STEP));
  };
  const [least, most] = LIMITS[panel];
  return (
    // biome-ignore lint/a11y/useSemanticElements: an <hr> cannot be dragged
    <div
      role="separator"
      tabIndex={0}
      aria-label={t(`panel.resize.${panel}`)}
      aria-orientation={upright ? "vertical" : "horizontal"}
      aria-valuenow={size}
      aria-valuemin={least}
      aria-valuemax={most}
      className={upright ? classes.upright : classes.flat}
      style={{ gridArea: `${panel}-line` }}
      onPointerDown={pull}
      onKeyDown={press}
    />
  );
}
