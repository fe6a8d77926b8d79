import { Button, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

export function UndoNote({ label, undo }: { label: string; undo: () => void }) {
  const { t } = useTranslation("shared");
  return (
    <Group justify="space-between" wrap="nowrap">
      <Text size="sm">{label}</Text>
      <Button size="compact-sm" variant="subtle" flex="none" onClick={undo}>
        {t("undo")}
      </Button>
    </Group>
  );
}
