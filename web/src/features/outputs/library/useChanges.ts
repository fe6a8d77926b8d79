import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { api, body, type Schemas } from "@/shared/api/client";
import { tellFault } from "@/shared/tell";
import { did } from "@/shared/undo";
import type { Card } from "./pages";
import { changeCards, refreshLists } from "./useLibrary";

type Action = Schemas["ManyChanges"]["action"];

const AT_ONCE = 500;

/** How an action changes a card, applied before the server answers. */
function effect(action: Action, board: string | undefined): (card: Card) => Card {
  switch (action) {
    case "favourite":
    case "unfavourite":
      return (card) => ({ ...card, favourite: action === "favourite" });
    case "trash":
    case "restore":
      return (card) => ({ ...card, trashed: action === "trash" });
    case "add_to_board":
      return (card) => ({ ...card, boards: [...new Set([...card.boards, board ?? ""])] });
    case "remove_from_board":
      return (card) => ({ ...card, boards: card.boards.filter((one) => one !== board) });
    case "delete":
      return (card) => ({ ...card, trashed: !card.trashed }); // so that it fits no list any more
  }
}

const OPPOSITE: Partial<Record<Action, Action>> = {
  favourite: "unfavourite",
  unfavourite: "favourite",
  trash: "restore",
  restore: "trash",
  add_to_board: "remove_from_board",
  remove_from_board: "add_to_board",
};

async function act(queries: QueryClient, ids: readonly string[], action: Action, board?: string, back = false) {
  const late = changeCards(queries, ids, effect(action, board));
  try {
    for (let from = 0; from < ids.length; from += AT_ONCE) {
      const some = { ids: ids.slice(from, from + AT_ONCE), action, ...(board === undefined ? {} : { board }) };
      await api.POST("/api/v1/media/bulk", { body: some });
    }
  } catch (fault) {
    tellFault(fault);
    await refreshLists(queries, true);
    throw fault;
  }
  await refreshLists(queries, back || late);
}

/** All actions on clips; bulk actions resolve to whether they succeeded. All but deleting for good can be undone. */
export function useChanges() {
  const { t } = useTranslation("outputs");
  const queries = useQueryClient();
  return useMemo(() => {
    const deed = (label: string, ids: readonly string[], action: Action, board?: string) => {
      const opposite = OPPOSITE[action];
      return act(queries, ids, action, board).then(
        () => {
          if (opposite === undefined) return true;
          did({
            label,
            undo: () => act(queries, ids, opposite, board, true).catch(() => {}),
            redo: () => act(queries, ids, action, board).catch(() => {}),
          });
          return true;
        },
        () => false, // the failure was reported and the cards were put back
      );
    };
    const count = (ids: readonly string[]) => ({ count: ids.length });
    return {
      favourite: (ids: readonly string[], yes: boolean) =>
        deed(t(yes ? "did.favourite" : "did.unfavourite", count(ids)), ids, yes ? "favourite" : "unfavourite"),
      trash: (ids: readonly string[]) => deed(t("did.trash", count(ids)), ids, "trash"),
      restore: (ids: readonly string[]) => deed(t("did.restore", count(ids)), ids, "restore"),
      deleteForGood: (ids: readonly string[]) => deed("", ids, "delete"),
      addToBoard: (ids: readonly string[], board: string) => deed(t("did.add", count(ids)), ids, "add_to_board", board),
      takeOffBoard: (ids: readonly string[], board: string) =>
        deed(t("did.takeOff", count(ids)), ids, "remove_from_board", board),
      rename: async (id: string, before: string, name: string) => {
        const to = (name: string) => rename(queries, id, name);
        await to(name);
        did({ label: t("did.rename"), undo: () => to(before).catch(tellFault), redo: () => to(name).catch(tellFault) });
      },
    };
  }, [queries, t]);
}

async function rename(queries: QueryClient, id: string, name: string): Promise<void> {
  const path = { asset_id: id };
  const asset = body(await api.PATCH("/api/v1/media/{asset_id}", { params: { path }, body: { name } }));
  queries.setQueryData(["media", id], asset);
  const late = changeCards(queries, [id], (card) => ({ ...card, name: asset.name }));
  if (late) await refreshLists(queries, true);
}
