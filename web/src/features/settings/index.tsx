import type { RouteObject } from "react-router";

export const routes: RouteObject[] = [
  { path: "settings", lazy: async () => ({ Component: (await import("./SettingsPage")).SettingsPage }) },
  { path: "settings/styles", lazy: async () => ({ Component: (await import("./styles/StylesPage")).StylesPage }) },
  {
    path: "settings/webhooks",
    lazy: async () => ({ Component: (await import("./webhooks/WebhooksPage")).WebhooksPage }),
  },
];
