import type { RouteObject } from "react-router";
import "./form/store"; // from the beginning, for somebody may sign out who did not come here

export const routes: RouteObject[] = [
  { path: "generate", lazy: async () => ({ Component: (await import("./GeneratePage")).GeneratePage }) },
];
