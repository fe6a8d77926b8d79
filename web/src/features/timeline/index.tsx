import type { RouteObject } from "react-router";

export const routes: RouteObject[] = [
  { path: "projects", lazy: async () => ({ Component: (await import("./projects/ProjectsPage")).ProjectsPage }) },
  { path: "projects/:id", lazy: async () => ({ Component: (await import("./editor/EditorPage")).EditorPage }) },
];
