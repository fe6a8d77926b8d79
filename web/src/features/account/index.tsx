import type { RouteObject } from "react-router";

export { SignIn } from "./SignIn";

/** Pages that need no sign-in. */
export const openRoutes: RouteObject[] = [
  { path: "shared/:token", lazy: async () => ({ Component: (await import("./SharedPage")).SharedPage }) },
];

export const routes: RouteObject[] = [
  { path: "account", lazy: async () => ({ Component: (await import("./AccountPage")).AccountPage }) },
];
