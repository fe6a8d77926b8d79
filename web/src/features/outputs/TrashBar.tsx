import { Alert } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { bytes } from "@/shared/format";
import { useSummary } from "./library/useLibrary";

/** How long the trash keeps files, and how much space they take. */
export function TrashBar({ empty }: { empty: boolean }) {
  const { t } = useTranslation("outputs");
  const { data } = useSummary();
  if (empty) return null;
  return (
    <Alert variant="light" color="gray" icon={<IconTrash aria-hidden />}>
      {t("trash.kept", { size: bytes(data?.trashed_bytes ?? 0) })}
    </Alert>
  );
}
