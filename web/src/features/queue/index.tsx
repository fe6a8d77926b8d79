import type { RouteObject } from "react-router";

export const routes: RouteObject[] = [
  { path: "queue", lazy: async () => ({ Component: (await import("./QueuePage")).QueuePage }) },
];
