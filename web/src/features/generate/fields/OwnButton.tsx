import { ActionIcon, Tooltip } from "@mantine/core";
import { IconArrowBackUp } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

/** Resets a field to the value of the model, the preset or the style. */
export function OwnButton({ label, onClick }: { label: string; onClick: () => void }) {
  const { t } = useTranslation("generate");
  return (
    <Tooltip label={t("own.back")}>
      <ActionIcon variant="subtle" color="gray" size="sm" aria-label={t("own.backOf", { label })} onClick={onClick}>
        <IconArrowBackUp size={16} stroke={1.6} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}
