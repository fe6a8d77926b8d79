import { Button, Center, Loader } from "@mantine/core";
import { useElementSize, useMergedRef } from "@mantine/hooks";
import { type KeyboardEvent, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMayWrite } from "@/shared/session";
import type { Card } from "../library/pages";
import type { Selection } from "../library/selection";
import type { Library } from "../library/useLibrary";
import { type CardActs, CardView } from "./CardView";
import classes from "./Gallery.module.css";
import { moved, shapeFor } from "./grid";
import { useRows } from "./useRows";
import { placeIn, useScrollMemory } from "./useScrollMemory";

interface Props {
  library: Library;
  selection: Selection;
  /** The filters as a query string. */
  query: string;
  label: string;
  select: (id: string, range: boolean) => void;
  favourite: (card: Card) => void;
  /** Called with the card that shortcuts act on. */
  onActive: (card: Card | null) => void;
}

/** A virtual grid of clips: only visible rows are rendered. */
export function Gallery({ library, selection, query, label, select, favourite, onActive }: Props) {
  const { t } = useTranslation("outputs");
  const mayWrite = useMayWrite();
  const { cards, more, fetchMore, fetchingMore } = library;
  const { ref: sized, width } = useElementSize();
  const grid = useRef<HTMLDivElement>(null);
  const merged = useMergedRef(sized, grid);
  const shape = useMemo(() => shapeFor(width), [width]);
  const [active, setActive] = useState(() => placeIn(query).active);
  const rowCount = Math.ceil(cards.length / shape.columns);
  const rows = useRows(grid, rowCount, shape.height, Math.floor(active / shape.columns));
  const focusing = useRef(false);

  const here = useRef({ offset: 0, active });
  here.current = { offset: rows.virtualizer.scrollOffset ?? 0, active };
  useScrollMemory(query, here, width > 0 && cards.length > 0, (place) => {
    window.scrollTo(0, place.offset);
    setActive(place.active);
    focusing.current = true;
  });

  const current = cards[Math.min(active, cards.length - 1)] ?? null;
  useEffect(() => onActive(current), [current, onActive]);

  const last = rows.items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && !fetchingMore && last >= rowCount - 4) fetchMore();
  }, [more, fetchingMore, last, rowCount, fetchMore]);

  // The card to focus may be rendered only after the key press.
  useLayoutEffect(() => {
    if (!focusing.current) return;
    const link = grid.current?.querySelector<HTMLElement>(`[data-index="${active}"] [data-card]`);
    if (link === null || link === undefined) return;
    focusing.current = false;
    link.focus({ preventScroll: true });
  });

  const go = (event: KeyboardEvent) => {
    if (event.key === " " && mayWrite && current !== null && isCard(event.target)) {
      event.preventDefault();
      select(current.id, event.shiftKey);
      return;
    }
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const rowsSeen = Math.max(1, Math.floor(window.innerHeight / shape.height));
    const to = moved(active, event.key, shape.columns, rowsSeen, cards.length);
    if (to === null) return;
    event.preventDefault();
    focusing.current = true;
    setActive(to);
    rows.virtualizer.scrollToIndex(Math.floor(to / shape.columns), { align: "auto" });
  };

  const acts: CardActs = useMemo(() => ({ focus: setActive, select, favourite }), [select, favourite]);
  const cellsOf = useCallback(
    (row: number) => cards.slice(row * shape.columns, (row + 1) * shape.columns),
    [cards, shape.columns],
  );
  return (
    <>
      {library.fresh.length > 0 && (
        <div className={classes.fresh}>
          <Button size="xs" radius="xl" onClick={() => showFromTop(library)}>
            {t("fresh", { count: library.fresh.length })}
          </Button>
        </div>
      )}
      {/* biome-ignore lint/a11y/useSemanticElements: a table cannot be virtual and responsive */}
      <div
        ref={merged}
        role="grid"
        aria-label={label}
        aria-rowcount={more ? -1 : rowCount}
        aria-colcount={shape.columns}
        aria-multiselectable={mayWrite}
        className={`${classes.grid} ${selection.ids.size > 0 ? classes.selecting : ""}`}
        style={{ height: rows.virtualizer.getTotalSize() }}
        onKeyDown={go}
      >
        {width > 0 &&
          rows.items.map((row) => (
            // biome-ignore lint/a11y/useSemanticElements: as above
            // biome-ignore lint/a11y/useFocusableInteractive: as above
            <div
              key={row.index}
              role="row"
              aria-rowindex={row.index + 1}
              className={classes.row}
              style={{
                transform: `translateY(${row.start - rows.margin}px)`,
                gridTemplateColumns: `repeat(${shape.columns}, minmax(0, 1fr))`,
              }}
            >
              {cellsOf(row.index).map((card, column) => {
                const index = row.index * shape.columns + column;
                return (
                  <CardView
                    key={card.id}
                    card={card}
                    index={index}
                    active={card === current}
                    selected={selection.ids.has(card.id)}
                    selecting={selection.ids.size > 0}
                    mayWrite={mayWrite}
                    query={query}
                    acts={acts}
                  />
                );
              })}
            </div>
          ))}
      </div>
      {fetchingMore && (
        <Center p="md">
          <Loader size="sm" aria-label={t("loadingMore")} />
        </Center>
      )}
    </>
  );
}

function isCard(target: EventTarget): boolean {
  return target instanceof Element && target.matches("[data-card]");
}

function showFromTop(library: Library): void {
  library.showFresh();
  window.scrollTo({ top: 0 });
}
