import { lazy } from "react";
import type { RouteObject } from "react-router";

/** A studio without accounts never asks for it. */
export const SignIn = lazy(async () => ({ default: (await import("./SignIn")).SignIn }));

/** Pages that need no sign-in. */
export const openRoutes: RouteObject[] = [
  { path: "shared/:token", lazy: async () => ({ Component: (await import("./SharedPage")).SharedPage }) },
];

export const routes: RouteObject[] = [
  { path: "account", lazy: async () => ({ Component: (await import("./AccountPage")).AccountPage }) },
];
