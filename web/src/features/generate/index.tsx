import type { RouteObject } from "react-router";

export const routes: RouteObject[] = [
  { path: "generate", lazy: async () => ({ Component: (await import("./GeneratePage")).GeneratePage }) },
];
