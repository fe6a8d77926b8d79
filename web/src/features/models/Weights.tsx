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
import { type WeightsKind, weightsQuery } from "@/shared/weights";
import { useWeightsActions } from "./useWeightsActions";

/** Weight files of the library: LoRAs for clips and styles, or upscalers. */
export function Weights({ kind }: { kind: WeightsKind }) {
  const { t } = useTranslation("models");
  const write = useMayWrite();
  const { data: found, error, refetch } = useQuery(weightsQuery(kind));
  const { sent, add, remove } = useWeightsActions(kind);
  return (
    <Stack component="section" aria-labelledby={kind} gap="sm" mt="lg">
      <Group justify="space-between">
        <Title order={2} size="h4" id={kind}>
          {t(`weights.${kind}.title`)}
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
                {t(`weights.${kind}.add`)}
              </Button>
            )}
          </FileButton>
        )}
      </Group>
      <Text size="sm" c="dimmed">
        {t(`weights.${kind}.text`)}
      </Text>
      {sent !== null && (
        <Progress.Root>
          <Progress.Section value={100 * sent} aria-label={t("weights.sending", { share: number(100 * sent) })} />
        </Progress.Root>
      )}
      {error && <FaultNote error={error} retry={refetch} />}
      {found && found.length > 0 && <WeightsTable kind={kind} found={found} remove={write ? remove : null} />}
      {found?.length === 0 && <Text size="sm">{write ? t(`weights.${kind}.none`) : t("weights.none")}</Text>}
    </Stack>
  );
}

type Asset = Schemas["AssetAnswer"];

interface TableProps {
  kind: WeightsKind;
  found: Asset[];
  remove: ((asset: Asset) => void) | null;
}

function WeightsTable({ kind, found, remove }: TableProps) {
  const { t } = useTranslation("models");
  return (
    <Table.ScrollContainer minWidth={320}>
      <Table aria-labelledby={kind}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t("weights.name")}</Table.Th>
            <Table.Th scope="col">{t("weights.size")}</Table.Th>
            <Table.Th scope="col">{t("weights.added")}</Table.Th>
            {remove && (
              <Table.Th scope="col">
                <VisuallyHidden>{t("weights.remove")}</VisuallyHidden>
              </Table.Th>
            )}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {found.map((asset) => (
            <Table.Tr key={asset.id}>
              <Table.Th scope="row" fw={500} style={{ overflowWrap: "anywhere" }}>
                {asset.name}
              </Table.Th>
              <Table.Td>{bytes(asset.size)}</Table.Td>
              <Table.Td>{moment(asset.created_at)}</Table.Td>
              {remove && (
                <Table.Td ta="right">
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    c="var(--mantine-color-text)"
                    aria-label={t("weights.removeOne", { name: asset.name })}
                    onClick={() => remove(asset)}
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
