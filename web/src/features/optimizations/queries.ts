import { queryOptions } from "@tanstack/react-query";
import { api, body, type Schemas } from "@/shared/api/client";

export type Optimizations = Schemas["Optimizations"];
export type Item = Schemas["OptimizationAnswer"];
export type Device = Schemas["DeviceAnswer"];
export type Measurement = Schemas["Measurement"];

/** Optimizations for a model's default clip; without a name, for the default model. */
export const optimizationsQuery = (model: string | null) =>
  queryOptions({
    queryKey: ["system", "optimizations", model],
    queryFn: async () => {
      const query = model === null ? {} : { model };
      return body(await api.GET("/api/v1/system/optimizations", { params: { query } }));
    },
  });

export const modelNamesQuery = queryOptions({
  queryKey: ["models", "names"],
  queryFn: async () =>
    body(await api.GET("/api/v1/models")).items.map(({ name, title }) => ({ value: name, label: title })),
});
