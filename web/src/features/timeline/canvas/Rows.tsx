import type { RefObject } from "react";
import { useEditor } from "../state/editor";
import { DraggedCanvas } from "./DraggedCanvas";
import type { Row } from "./layout";
import { Playhead } from "./Playhead";
import { RowsCanvas } from "./RowsCanvas";
import classes from "./Timeline.module.css";

interface Props {
  rows: readonly Row[];
  scroller: RefObject<HTMLDivElement | null>;
  height: number;
}

/** The visible part of the tracks, in layers: clips change seldom, dragged clips and the playhead with every frame. */
export function Rows({ rows, scroller, height }: Props) {
  const dragging = useEditor(({ ghost, band, dropAt }) => ghost !== null || band !== null || dropAt !== null);
  return (
    <div className={classes.rows} style={{ height }}>
      <RowsCanvas rows={rows} scroller={scroller} />
      {dragging && <DraggedCanvas rows={rows} scroller={scroller} />}
      <Playhead className={classes.line} />
    </div>
  );
}
