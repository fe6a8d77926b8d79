import { notifications } from "@mantine/notifications";
import i18next from "i18next";
import { isGivenUp } from "./api/fault";

/** Shows a failure as a notification, in the server's words. */
export function tellFault(fault: unknown): void {
  if (isGivenUp(fault)) return;
  const message = fault instanceof Error ? fault.message : String(fault);
  notifications.show({ color: "red", title: i18next.t("fault", { ns: "shared" }), message, role: "alert" });
}
