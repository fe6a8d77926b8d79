import { useNavigate } from "react-router";
import { links } from "@/shared/links";
import { useMayWrite } from "@/shared/session";
import { useShortcut } from "@/shared/shortcuts";
import type { Card } from "./library/pages";
import { useChanges } from "./library/useChanges";

export const MOST_COMPARED = 4;

interface Around {
  chosen: Card[];
  active: Card | null;
  trashed: boolean;
  selectAll: () => void;
}

/** Shortcuts of the gallery: they act on the selection or, without one, on the focused card. */
export function useListKeys({ chosen, active, trashed, selectAll }: Around): void {
  const mayWrite = useMayWrite();
  const changes = useChanges();
  const navigate = useNavigate();
  const meant = () => (chosen.length > 0 ? chosen : active !== null && isOnCard() ? [active] : []);
  const ids = () => meant().map((card) => card.id);

  useShortcut(
    "favourite",
    () => {
      const some = meant();
      if (some.length > 0) void changes.favourite(ids(), !some.every((card) => card.favourite));
    },
    mayWrite,
  );
  useShortcut(
    "remove",
    () => {
      if (ids().length > 0 && !trashed) void changes.trash(ids());
    },
    mayWrite,
  );
  useShortcut(
    "selectAll",
    (event) => {
      event.preventDefault();
      selectAll();
    },
    mayWrite,
  );
  useShortcut("compare", () => {
    if (mayCompare(chosen)) void navigate(links.compare(ids()));
  });
}

export function mayCompare(cards: readonly Card[]): boolean {
  return cards.length >= 2 && cards.length <= MOST_COMPARED && cards.every((card) => card.kind === "video");
}

function isOnCard(): boolean {
  return document.activeElement?.closest("[role=gridcell]") != null;
}
