import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { bytes } from "@/shared/format";
import { diskQuery } from "./queries";

/** Disk space that the installed models use, and free space. */
export function DiskUse({ used }: { used: number }) {
  const { t } = useTranslation("models");
  const { data: disk } = useQuery(diskQuery);
  return (
    <Text size="sm" c="dimmed">
      {t("disk.used", { size: bytes(used) })}
      {disk && ` · ${t("disk.free", { free: bytes(disk.free), total: bytes(disk.total) })}`}
    </Text>
  );
}
