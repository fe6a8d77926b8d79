import type { Icon } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { EmptyState } from "./EmptyState";

/** Placeholder for an empty list where the user may not add to it. */
export function NothingToSee({ Icon }: { Icon: Icon }) {
  const { t } = useTranslation("shared");
  return <EmptyState Icon={Icon} text={t("viewing")} />;
}
