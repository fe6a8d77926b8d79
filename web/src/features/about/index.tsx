import type { RouteObject } from "react-router";

export const routes: RouteObject[] = [
  { path: "about", lazy: async () => ({ Component: (await import("./AboutPage")).AboutPage }) },
];
