import { Anchor, Group } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { links } from "@/shared/links";

/** The link back to the settings. */
export function ToSettings() {
  const { t } = useTranslation("settings");
  return (
    <Anchor component={Link} to={links.settings} size="sm" w="fit-content">
      <Group gap={6}>
        <IconArrowLeft size={16} aria-hidden />
        {t("title")}
      </Group>
    </Anchor>
  );
}
