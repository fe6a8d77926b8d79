import { createHashRouter } from "react-router";
import { routes as about } from "@/features/about";
import { routes as account, openRoutes as shared } from "@/features/account";
import { routes as generate } from "@/features/generate";
import { routes as models } from "@/features/models";
import { routes as optimizations } from "@/features/optimizations";
import { routes as outputs } from "@/features/outputs";
import { routes as queue } from "@/features/queue";
import { routes as settings } from "@/features/settings";
import { routes as sheet } from "@/features/sheet";
import { routes as timeline } from "@/features/timeline";
import { Crashed } from "./Crashed";
import { Home } from "./Home";
import { Session } from "./Session";
import { Shell } from "./Shell";
import { Waiting } from "./Waiting";

/** Hash routing, so that the server needs to serve only one page. */
export const router = createHashRouter([
  ...shared,
  {
    element: (
      <Session>
        <Shell />
      </Session>
    ),
    errorElement: <Crashed />,
    hydrateFallbackElement: <Waiting />,
    children: [
      {
        errorElement: <Crashed framed />, // the navigation stays, so that one can go where the page still works
        children: [
          { index: true, element: <Home /> },
          ...generate,
          ...sheet,
          ...queue,
          ...outputs,
          ...timeline,
          ...models,
          ...optimizations,
          ...settings,
          ...account,
          ...about,
          { path: "*", element: <Home /> },
        ],
      },
    ],
  },
]);
