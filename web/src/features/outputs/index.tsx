import type { RouteObject } from "react-router";

export const routes: RouteObject[] = [
  { path: "outputs", lazy: async () => ({ Component: (await import("./OutputsPage")).OutputsPage }) },
  { path: "outputs/:id", lazy: async () => ({ Component: (await import("./detail/ClipPage")).ClipPage }) },
  { path: "compare", lazy: async () => ({ Component: (await import("./compare/ComparePage")).ComparePage }) },
];
