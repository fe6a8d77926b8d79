import { Button } from "@mantine/core";
import { IconBox } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { links } from "@/shared/links";
import { useIsAdmin } from "@/shared/session";
import { EmptyState } from "@/shared/ui/EmptyState";

/** Shown while no model is installed. */
export function NoModel() {
  const { t } = useTranslation("generate");
  const admin = useIsAdmin();
  return (
    <EmptyState Icon={IconBox} text={t(admin ? "model.none" : "model.noneHere")}>
      {admin && (
        <Button component={Link} to={links.models}>
          {t("model.get")}
        </Button>
      )}
    </EmptyState>
  );
}
