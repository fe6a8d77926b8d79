import type { RouteObject } from "react-router";
import "./form/store"; // at startup, so that signing out clears the form on any page

export const routes: RouteObject[] = [
  { path: "generate", lazy: async () => ({ Component: (await import("./GeneratePage")).GeneratePage }) },
];
