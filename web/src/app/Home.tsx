import { Navigate } from "react-router";
import { links } from "@/shared/links";
import { useMayWrite } from "@/shared/session";

/** Leads to where there is something to do: who may not make clips looks at them. */
export function Home() {
  return <Navigate to={useMayWrite() ? links.generate : links.outputs} replace />;
}
