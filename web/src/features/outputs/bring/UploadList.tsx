import { ActionIcon, Group, Paper, Progress, Stack, Text } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Upload } from "./useUploads";

interface Props {
  uploads: Upload[];
  dismiss: (key: string) => void;
}

/** Running uploads, and refused ones with the reason. */
export function UploadList({ uploads, dismiss }: Props) {
  const { t } = useTranslation("outputs");
  const { t: ts } = useTranslation("shared");
  if (uploads.length === 0) return null;
  return (
    <Paper withBorder p="sm" component="section" aria-label={t("bring.uploads")}>
      <Stack gap="xs">
        {uploads.map(({ key, name, share, error }) => (
          <Group key={key} wrap="nowrap">
            <Text size="sm" truncate flex="0 1 240px">
              {name}
            </Text>
            {error === null ? (
              <Progress value={share * 100} flex={1} aria-label={t("bring.sending", { name })} />
            ) : (
              <Text size="sm" flex={1} role="alert" c="var(--mantine-color-error)">
                {error}
              </Text>
            )}
            {error !== null && (
              <ActionIcon variant="subtle" color="gray" aria-label={ts("close")} onClick={() => dismiss(key)}>
                <IconX size={16} aria-hidden />
              </ActionIcon>
            )}
          </Group>
        ))}
      </Stack>
    </Paper>
  );
}
