import { lazy } from "react";
import type { RouteObject } from "react-router";

/** Loaded only when needed: a studio without accounts never shows it. */
export const SignIn = lazy(async () => ({ default: (await import("./SignIn")).SignIn }));

/** Pages that need no sign-in. */
export const openRoutes: RouteObject[] = [
  { path: "shared/:token", lazy: async () => ({ Component: (await import("./SharedPage")).SharedPage }) },
];

export const routes: RouteObject[] = [
  { path: "account", lazy: async () => ({ Component: (await import("./AccountPage")).AccountPage }) },
];
