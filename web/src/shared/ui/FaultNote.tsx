import { Alert, Button, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

/** An error in the server's words, with a way to retry. */
export function FaultNote({ error, retry }: { error: unknown; retry?: () => unknown }) {
  const { t } = useTranslation("shared");
  const message = error instanceof Error ? error.message : String(error);
  return (
    <Alert color="red" role="alert" title={t("fault")}>
      <Group justify="space-between">
        <Text size="sm">{message}</Text>
        {retry && (
          <Button size="compact-sm" variant="default" onClick={() => void retry()}>
            {t("retry")}
          </Button>
        )}
      </Group>
    </Alert>
  );
}
