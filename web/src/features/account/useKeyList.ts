import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body } from "@/shared/api/client";

const KEY = ["keys"];

/** One user's API keys; administrators get everybody's from the server. */
export function useKeyList(owner: string) {
  const queries = useQueryClient();
  const changed = () => queries.invalidateQueries({ queryKey: KEY });
  const list = useQuery({
    queryKey: KEY,
    queryFn: async () => body(await api.GET("/api/v1/keys")).items,
    select: (keys) => keys.filter((key) => key.owner === owner),
  });
  const making = useMutation({
    mutationFn: async (name: string) => body(await api.POST("/api/v1/keys", { body: { name } })),
    onSuccess: changed,
  });
  const revoking = useMutation({
    mutationFn: (id: string) => api.DELETE("/api/v1/keys/{key_id}", { params: { path: { key_id: id } } }),
    onSettled: changed,
  });
  return { keys: list.data, making, revoking, error: list.error ?? making.error ?? revoking.error };
}
