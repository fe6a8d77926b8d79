import type { RouteObject } from "react-router";

export const routes: RouteObject[] = [
  { path: "sheet/:batch", lazy: async () => ({ Component: (await import("./SheetPage")).SheetPage }) },
];
