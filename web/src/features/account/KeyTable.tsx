import { Button, Table } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/shared/api/client";
import { moment } from "@/shared/format";
import { AskFirst } from "@/shared/ui/AskFirst";

type Key = Schemas["KeyAnswer"];

/** API keys with their times of creation and last use, and a button to revoke each. */
export function KeyTable({ keys, revoke }: { keys: Key[]; revoke: (id: string) => void }) {
  const { t } = useTranslation("account");
  const [asked, setAsked] = useState<Key | null>(null);
  return (
    <Table.ScrollContainer minWidth={420}>
      <Table maw={720} aria-label={t("keys.title")}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t("keys.name")}</Table.Th>
            <Table.Th scope="col">{t("keys.created")}</Table.Th>
            <Table.Th scope="col">{t("keys.used")}</Table.Th>
            <Table.Td />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {keys.map((key) => (
            <Table.Tr key={key.id}>
              <Table.Th scope="row" fw={500}>
                {key.name}
              </Table.Th>
              <Table.Td>{moment(key.created_at)}</Table.Td>
              <Table.Td>{key.used_at === null ? t("keys.never") : moment(key.used_at)}</Table.Td>
              <Table.Td ta="right">
                <Button
                  size="compact-sm"
                  variant="subtle"
                  color="red"
                  aria-label={t("keys.revokeNamed", { name: key.name })}
                  onClick={() => setAsked(key)}
                >
                  {t("keys.revoke")}
                </Button>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <AskFirst
        opened={asked !== null}
        close={() => setAsked(null)}
        title={t("keys.revokeNamed", { name: asked?.name ?? "" })}
        text={t("keys.revokeText")}
        yes={t("keys.revoke")}
        act={() => asked && revoke(asked.id)}
      />
    </Table.ScrollContainer>
  );
}
