import { Skeleton, Table, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { moment } from "@/shared/format";
import { FaultNote } from "@/shared/ui/FaultNote";
import { useDeliveries } from "./useEndpoints";

/** Results of the last deliveries to an endpoint. */
export function Deliveries({ endpoint }: { endpoint: string }) {
  const { t } = useTranslation("settings");
  const { data, error, refetch } = useDeliveries(endpoint);
  if (error) return <FaultNote error={error} retry={refetch} />;
  if (data === undefined) return <Skeleton height={60} />;
  if (data.length === 0) return <Text size="sm">{t("webhooks.nothingSent")}</Text>;
  return (
    <Table.ScrollContainer minWidth={480}>
      <Table aria-label={t("webhooks.deliveries")}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t("webhooks.when")}</Table.Th>
            <Table.Th scope="col">{t("webhooks.events")}</Table.Th>
            <Table.Th scope="col">{t("webhooks.state")}</Table.Th>
            <Table.Th scope="col">{t("webhooks.attempts")}</Table.Th>
            <Table.Th scope="col">{t("webhooks.answer")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {data.map((one) => (
            <Table.Tr key={one.event_id}>
              <Table.Th scope="row" fw={400}>
                {moment(one.created_at)}
              </Table.Th>
              <Table.Td>{one.event}</Table.Td>
              <Table.Td>{t(stateKey(one.state))}</Table.Td>
              <Table.Td>{one.attempts}</Table.Td>
              <Table.Td>{[one.last_status, one.last_error].filter(Boolean).join(" ") || "–"}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

const STATES = ["delivered", "given_up"] as const;

function stateKey(state: string) {
  return `webhooks.delivery.${STATES.find((one) => one === state) ?? "waiting"}` as const;
}
