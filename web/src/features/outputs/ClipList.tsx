import { Button, SimpleGrid, Skeleton, Text } from "@mantine/core";
import { IconMovie, IconSearchOff, IconTrash } from "@tabler/icons-react";
import { useCallback, useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { links } from "@/shared/links";
import { useMayWrite } from "@/shared/session";
import { EmptyState } from "@/shared/ui/EmptyState";
import { FaultNote } from "@/shared/ui/FaultNote";
import { NothingToSee } from "@/shared/ui/NothingToSee";
import { Gallery } from "./gallery/Gallery";
import { type Filters, toParams, UNFILTERED } from "./library/filters";
import type { Card } from "./library/pages";
import { all, kept, NOTHING, ranged, toggled } from "./library/selection";
import { useChanges } from "./library/useChanges";
import { useLibrary } from "./library/useLibrary";
import { SelectionBar } from "./SelectionBar";
import { TrashBar } from "./TrashBar";
import { useListKeys } from "./useListKeys";

interface Props {
  filters: Filters;
  change: (change: Partial<Filters>) => void;
}

/** The clips that pass the filters, with selection and bulk actions. */
export function ClipList({ filters, change }: Props) {
  const { t } = useTranslation("outputs");
  const library = useLibrary(filters);
  const changes = useChanges();
  const [selection, setSelection] = useState(NOTHING);
  const [active, setActive] = useState<Card | null>(null);
  const { cards } = library;
  const order = useMemo(() => cards.map((card) => card.id), [cards]);
  const query = useMemo(() => asQuery(filters), [filters]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new list clears the selection
  useEffect(() => setSelection(NOTHING), [query]);
  useEffect(() => setSelection((now) => kept(now, order)), [order]);

  const select = useCallback(
    (id: string, range: boolean) => setSelection((now) => (range ? ranged(now, id, order) : toggled(now, id))),
    [order],
  );
  const favourite = useCallback((card: Card) => void changes.favourite([card.id], !card.favourite), [changes]);
  const chosen = useMemo(() => cards.filter((card) => selection.ids.has(card.id)), [cards, selection]);
  const selectAll = () => setSelection(all(order));
  const clear = () => setSelection(NOTHING);
  useListKeys({ chosen, active, trashed: filters.trashed, selectAll });

  if (library.loading) return <Waiting />;
  if (library.error && cards.length === 0) return <FaultNote error={library.error} retry={library.retry} />;
  return (
    <>
      {filters.trashed && <TrashBar empty={cards.length === 0} />}
      <Text size="sm" role="status">
        {t(library.more ? "countMore" : "count", { count: cards.length })}
      </Text>
      {cards.length === 0 ? (
        <Nothing filters={filters} change={change} />
      ) : (
        <Gallery
          key={query}
          library={library}
          selection={selection}
          query={query}
          label={t("gallery")}
          select={select}
          favourite={favourite}
          onActive={setActive}
        />
      )}
      {library.error && <FaultNote error={library.error} retry={library.retry} />}
      <SelectionBar cards={chosen} trashed={filters.trashed} selectAll={selectAll} clear={clear} />
    </>
  );
}

function asQuery(filters: Filters): string {
  const text = toParams(filters).toString();
  return text === "" ? "" : `?${text}`;
}

function Waiting() {
  const { t } = useTranslation("shared");
  return (
    <SimpleGrid cols={{ base: 2, sm: 3, lg: 4, xl: 5 }} role="status" aria-label={t("loading")}>
      {["a", "b", "c", "d", "e", "f", "g", "h"].map((key) => (
        <Skeleton key={key} style={{ aspectRatio: "16 / 11" }} />
      ))}
    </SimpleGrid>
  );
}

function Nothing({ filters, change }: Props) {
  const { t } = useTranslation("outputs");
  const mayWrite = useMayWrite();
  if (filters.trashed) return <EmptyState Icon={IconTrash} text={t("empty.trash")} />;
  if (asQuery({ ...filters, kind: "video", order: "newest" }) !== "") {
    return (
      <EmptyState Icon={IconSearchOff} text={t(filters.board === null || !mayWrite ? "empty.filtered" : "empty.board")}>
        <Button variant="default" onClick={() => change({ ...UNFILTERED, kind: filters.kind })}>
          {t("empty.showAll")}
        </Button>
      </EmptyState>
    );
  }
  if (!mayWrite) return <NothingToSee Icon={IconMovie} />;
  return (
    <EmptyState Icon={IconMovie} text={t(filters.kind === "video" ? "empty.clips" : "empty.files")}>
      {filters.kind === "video" && (
        <Button component={Link} to={links.generate}>
          {t("empty.generate")}
        </Button>
      )}
    </EmptyState>
  );
}
