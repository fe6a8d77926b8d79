import { Alert, Button, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

/** What went wrong, in the server's words, and a way to try again. */
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
