import type { RouteObject } from "react-router";

export const routes: RouteObject[] = [
  { path: "optimizations", lazy: async () => ({ Component: (await import("./OptimizationsPage")).OptimizationsPage }) },
];
