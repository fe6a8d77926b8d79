import {
  ActionIcon,
  Button,
  FileButton,
  Group,
  Progress,
  Stack,
  Table,
  Text,
  Title,
  VisuallyHidden,
} from "@mantine/core";
import { IconTrash, IconUpload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/shared/api/client";
import { bytes, moment, number } from "@/shared/format";
import { useMayWrite } from "@/shared/session";
import { FaultNote } from "@/shared/ui/FaultNote";
import { lorasQuery } from "./queries";
import { useLoraActions } from "./useLoraActions";

/** The LoRAs of the library, which clips and styles can wear. */
export function Loras() {
  const { t } = useTranslation("models");
  const write = useMayWrite();
  const { data: loras, error, refetch } = useQuery(lorasQuery);
  const { sent, add, remove } = useLoraActions();
  return (
    <Stack component="section" aria-labelledby="loras" gap="sm" mt="lg">
      <Group justify="space-between">
        <Title order={2} size="h4" id="loras">
          {t("loras.title")}
        </Title>
        {write && (
          <FileButton accept=".safetensors" onChange={(file) => file && add(file)}>
            {(props) => (
              <Button
                {...props}
                variant="default"
                leftSection={<IconUpload size={16} aria-hidden />}
                loading={sent !== null}
              >
                {t("loras.add")}
              </Button>
            )}
          </FileButton>
        )}
      </Group>
      <Text size="sm" c="dimmed">
        {t("loras.text")}
      </Text>
      {sent !== null && (
        <Progress.Root>
          <Progress.Section value={100 * sent} aria-label={t("loras.sending", { share: number(100 * sent) })} />
        </Progress.Root>
      )}
      {error && <FaultNote error={error} retry={refetch} />}
      {loras && loras.length > 0 && <LoraTable loras={loras} remove={write ? remove : null} />}
      {loras?.length === 0 && <Text size="sm">{t("loras.none")}</Text>}
    </Stack>
  );
}

type Lora = Schemas["AssetAnswer"];

function LoraTable({ loras, remove }: { loras: Lora[]; remove: ((lora: Lora) => void) | null }) {
  const { t } = useTranslation("models");
  return (
    <Table.ScrollContainer minWidth={320}>
      <Table aria-labelledby="loras">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t("loras.name")}</Table.Th>
            <Table.Th scope="col">{t("loras.size")}</Table.Th>
            <Table.Th scope="col">{t("loras.added")}</Table.Th>
            {remove && (
              <Table.Th scope="col">
                <VisuallyHidden>{t("loras.remove")}</VisuallyHidden>
              </Table.Th>
            )}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {loras.map((lora) => (
            <Table.Tr key={lora.id}>
              <Table.Th scope="row" fw={500} style={{ overflowWrap: "anywhere" }}>
                {lora.name}
              </Table.Th>
              <Table.Td>{bytes(lora.size)}</Table.Td>
              <Table.Td>{moment(lora.created_at)}</Table.Td>
              {remove && (
                <Table.Td ta="right">
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    c="var(--mantine-color-text)"
                    aria-label={t("loras.removeOne", { name: lora.name })}
                    onClick={() => remove(lora)}
                  >
                    <IconTrash size={16} aria-hidden />
                  </ActionIcon>
                </Table.Td>
              )}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
