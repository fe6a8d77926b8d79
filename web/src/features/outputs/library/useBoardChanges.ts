import { useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { api, body } from "@/shared/api/client";

/** Creates, renames and deletes boards; throws refusals, so that the caller can show them beside the name. */
export function useBoardChanges() {
  const queries = useQueryClient();
  return useMemo(() => {
    const refresh = () => queries.invalidateQueries({ queryKey: ["boards"] });
    return {
      create: async (name: string) => {
        const board = body(await api.POST("/api/v1/boards", { body: { name } }));
        await refresh();
        return board;
      },
      rename: async (id: string, name: string) => {
        await api.PATCH("/api/v1/boards/{board_id}", { params: { path: { board_id: id } }, body: { name } });
        await refresh();
      },
      remove: async (id: string) => {
        await api.DELETE("/api/v1/boards/{board_id}", { params: { path: { board_id: id } } });
        await refresh();
      },
    };
  }, [queries]);
}
