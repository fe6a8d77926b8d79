import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body, type Schemas } from "@/shared/api/client";

export type Endpoint = Schemas["EndpointAnswer"];
export type NewEndpoint = Schemas["NewEndpoint"];
export type EventName = NewEndpoint["events"][number];

export const EVENTS: readonly EventName[] = ["video.completed", "video.failed", "job.completed", "job.failed"];
const KEY = ["webhooks"];
const LOOK_MS = 5000;
const SHOWN = 10;

/** Webhook endpoints and their actions. `making` and `rotating` hold the new secret until their next call. */
export function useEndpoints() {
  const queries = useQueryClient();
  const onSettled = () => queries.invalidateQueries({ queryKey: KEY });
  const list = useQuery({
    queryKey: [...KEY, "endpoints"],
    queryFn: async () => body(await api.GET("/api/v1/webhook_endpoints")).items,
  });
  const making = useMutation({
    mutationFn: async (made: NewEndpoint) => body(await api.POST("/api/v1/webhook_endpoints", { body: made })),
    onSettled,
  });
  const changing = useMutation({
    mutationFn: async ({ id, enabled }: { id: string; enabled: boolean }) =>
      body(await api.PATCH("/api/v1/webhook_endpoints/{endpoint_id}", { ...at(id), body: { enabled } })),
    onSettled,
  });
  const rotating = useMutation({
    mutationFn: async (id: string) =>
      body(
        await api.POST("/api/v1/webhook_endpoints/{endpoint_id}/rotate_secret", {
          ...at(id),
          body: { keep_old_secret_active_for_24_hours: true },
        }),
      ),
    onSettled,
  });
  const testing = useMutation({
    mutationFn: async ({ id, event }: { id: string; event: EventName }) =>
      body(await api.POST("/api/v1/webhook_endpoints/{endpoint_id}/test", { ...at(id), body: { event_type: event } })),
    onSettled,
  });
  const removing = useMutation({
    mutationFn: (id: string) => api.DELETE("/api/v1/webhook_endpoints/{endpoint_id}", at(id)),
    onSettled,
  });
  const all = [making, changing, rotating, testing, removing];
  return { list, making, changing, rotating, testing, removing, error: all.find((one) => one.error)?.error ?? null };
}

export type Endpoints = ReturnType<typeof useEndpoints>;

/** Sent and pending deliveries of an endpoint, latest first. */
export function useDeliveries(id: string) {
  return useQuery({
    queryKey: [...KEY, "deliveries", id],
    refetchInterval: LOOK_MS,
    queryFn: async () => {
      const params = { ...at(id).params, query: { limit: SHOWN } };
      return body(await api.GET("/api/v1/webhook_endpoints/{endpoint_id}/deliveries", { params })).items;
    },
  });
}

function at(id: string) {
  return { params: { path: { endpoint_id: id } } };
}
