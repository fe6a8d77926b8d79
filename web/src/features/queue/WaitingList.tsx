import { VisuallyHidden } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Job } from "@/shared/live/jobs";
import { useMayWrite } from "@/shared/session";
import { useShortcut } from "@/shared/shortcuts";
import { tellFault } from "@/shared/tell";
import { useTitleOf } from "./JobTitle";
import { countOf, lineNow, rankAt, rankOf } from "./line";
import { move } from "./moving";
import classes from "./queue.module.css";
import { WaitingRow } from "./WaitingRow";

interface Props {
  line: Job[];
  chosen: ReadonlySet<string>;
  choose: (id: string, is: boolean) => void;
}

/** A virtual list, because a batch may have thousands of jobs. */
export function WaitingList({ line, chosen, choose }: Props) {
  const { t } = useTranslation("queue");
  const scroller = useRef<HTMLDivElement>(null);
  const mayWrite = useMayWrite();
  const { said, moveTo } = useMoving();
  const focused = useFocusKept(scroller, line);
  const rows = useVirtualizer({
    count: line.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 65,
    overscan: 6,
    getItemKey: (index) => line[index]?.id ?? index,
  });

  const moveBy = useCallback(
    (id: string, by: number) => {
      focused.remember();
      void moveTo(id, rankOf(lineNow(), id) + by);
    },
    [focused.remember, moveTo],
  );
  const drop = useCallback(
    (id: string, target: string, edge: "top" | "bottom") => void moveTo(id, rankAt(lineNow(), id, target, edge)),
    [moveTo],
  );
  useMoveKeys(scroller, moveBy, mayWrite);

  return (
    <>
      <VisuallyHidden role="status">{said}</VisuallyHidden>
      <div ref={scroller} className={classes.scroll}>
        <ul
          className={classes.plain}
          aria-label={t("waiting.title")}
          style={{ position: "relative", height: rows.getTotalSize() }}
        >
          {rows.getVirtualItems().map(({ index, start, key }) => {
            const job = line[index];
            return (
              job && (
                <WaitingRow
                  key={key}
                  measure={rows.measureElement}
                  job={job}
                  index={index}
                  count={line.length}
                  start={start}
                  chosen={chosen.has(job.id)}
                  choose={choose}
                  moveBy={moveBy}
                  drop={drop}
                />
              )
            );
          })}
        </ul>
      </div>
    </>
  );
}

/** Moves jobs, and announces the moves to screen readers. */
function useMoving() {
  const { t } = useTranslation("queue");
  const titleOf = useTitleOf();
  const [said, setSaid] = useState("");
  const latest = useRef(titleOf);
  latest.current = titleOf;
  const moveTo = useCallback(
    async (id: string, wanted: number) => {
      const line = lineNow();
      const job = line.find((one) => one.id === id);
      const to = Math.max(0, Math.min(wanted, countOf(line, id) - 1));
      if (job === undefined || to === rankOf(line, id)) return;
      const title = latest.current(job).slice(0, 80);
      const moved = move(id, to);
      setSaid(t("move.done", { title, place: to + 1, of: countOf(line, id) }));
      try {
        await moved;
      } catch (fault) {
        setSaid(t("move.back", { title }));
        tellFault(fault);
      }
    },
    [t],
  );
  return { said, moveTo };
}

/** Shortcuts that move the job whose row has the focus. */
function useMoveKeys(list: React.RefObject<HTMLElement | null>, moveBy: (id: string, by: number) => void, on: boolean) {
  const heard = (event: KeyboardEvent, by: number) => {
    const row = document.activeElement?.closest<HTMLElement>("[data-job]");
    if (!row?.dataset.job || !list.current?.contains(row)) return;
    event.preventDefault();
    moveBy(row.dataset.job, by);
  };
  useShortcut("moveUp", (event) => heard(event, -1), on);
  useShortcut("moveDown", (event) => heard(event, 1), on);
}

/** Keeps the focus in a row that moves: the browser drops it when an element changes its place. */
function useFocusKept(list: React.RefObject<HTMLElement | null>, line: Job[]) {
  const kept = useRef<{ id: string; control: string } | null>(null);
  const remember = useCallback(() => {
    const control = document.activeElement?.closest<HTMLElement>("[data-control]");
    const row = control?.closest<HTMLElement>("[data-job]");
    kept.current = row?.dataset.job ? { id: row.dataset.job, control: control?.dataset.control ?? "" } : null;
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs at each new order
  useLayoutEffect(() => {
    if (kept.current === null) return;
    const row = list.current?.querySelector<HTMLElement>(`[data-job="${kept.current.id}"]`);
    const control = row?.querySelector<HTMLElement>(`[data-control="${kept.current.control}"]`);
    if (control && document.activeElement !== control) control.focus({ preventScroll: true });
    row?.scrollIntoView({ block: "nearest" });
  }, [line, list]);
  useEffect(() => {
    const forget = () => {
      kept.current = null;
    };
    window.addEventListener("pointerdown", forget);
    return () => window.removeEventListener("pointerdown", forget);
  }, []);
  return { remember };
}
