import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body, type Schemas } from "@/shared/api/client";

export type Person = Schemas["UserAnswer"];
export type Role = Person["role"];
type Changes = Schemas["UserChanges"];

export const ROLES: readonly Role[] = ["admin", "member", "viewer"];
/** Minimum length of a password, in characters. */
export const SHORTEST = 8;
const KEY = ["users"];

/** All accounts, and what administrators can do with them. */
export function usePeople() {
  const queries = useQueryClient();
  const onSettled = () => queries.invalidateQueries({ queryKey: KEY });
  const list = useQuery({ queryKey: KEY, queryFn: async () => body(await api.GET("/api/v1/users")).items });
  const adding = useMutation({
    mutationFn: (person: Schemas["NewUser"]) => api.POST("/api/v1/users", { body: person }),
    onSettled,
  });
  const changing = useMutation({
    mutationFn: ({ id, changes }: { id: string; changes: Changes }) =>
      api.PATCH("/api/v1/users/{user_id}", { params: { path: { user_id: id } }, body: changes }),
    onSettled,
  });
  const removing = useMutation({
    mutationFn: (id: string) => api.DELETE("/api/v1/users/{user_id}", { params: { path: { user_id: id } } }),
    onSettled,
  });
  return { list, adding, changing, removing };
}

export type People = ReturnType<typeof usePeople>;
