import { Button, Card, Group, Stack, Switch, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import { AskFirst } from "@/shared/ui/AskFirst";
import { Deliveries } from "./Deliveries";
import { type Endpoint, type Endpoints, EVENTS } from "./useEndpoints";
import { eventKey } from "./WebhooksPage";

interface Props {
  endpoint: Endpoint;
  endpoints: Endpoints;
  write: boolean;
}

/** One endpoint, its events and its deliveries. */
export function EndpointCard({ endpoint, endpoints, write }: Props) {
  const { t } = useTranslation("settings");
  const [open, { toggle, open: show }] = useDisclosure(false);
  const [asking, ask] = useDisclosure(false);
  const { id, url } = endpoint;
  const told = EVENTS.filter((event) => endpoint.events.includes(event));
  const test = told[0];
  return (
    <Card component="li" withBorder padding="md">
      <Stack gap="sm">
        <Group justify="space-between" align="flex-start">
          <div>
            <Title order={2} size="h5" style={{ overflowWrap: "anywhere" }}>
              {url}
            </Title>
            <Text size="sm" c="dimmed">
              {told.map((event) => t(`webhooks.event.${eventKey(event)}`)).join(" · ")} ·{" "}
              {t("webhooks.hint", { hint: endpoint.secret_hint })}
            </Text>
          </div>
          <Switch
            label={t("webhooks.enabled")}
            aria-label={t("webhooks.enabledOf", { url })}
            checked={endpoint.enabled}
            disabled={!write}
            onChange={(event) => endpoints.changing.mutate({ id, enabled: event.currentTarget.checked })}
          />
        </Group>
        <Group gap="xs">
          {write && test && (
            <Button
              size="compact-sm"
              variant="default"
              aria-label={t("webhooks.testOf", { url })}
              onClick={() => endpoints.testing.mutate({ id, event: test }, { onSuccess: show })}
            >
              {t("webhooks.test")}
            </Button>
          )}
          <Button
            size="compact-sm"
            variant="default"
            aria-expanded={open}
            aria-label={t("webhooks.deliveriesOf", { url })}
            onClick={toggle}
          >
            {t("webhooks.deliveries")}
          </Button>
          {write && (
            <>
              <Button
                size="compact-sm"
                variant="default"
                aria-label={t("webhooks.rotateOf", { url })}
                onClick={() => endpoints.rotating.mutate(id)}
              >
                {t("webhooks.rotate")}
              </Button>
              <Button
                size="compact-sm"
                variant="subtle"
                color="red"
                aria-label={t("webhooks.deleteOf", { url })}
                onClick={ask.open}
              >
                {t("styles.delete")}
              </Button>
            </>
          )}
        </Group>
        {open && <Deliveries endpoint={id} />}
      </Stack>
      <AskFirst
        opened={asking}
        close={ask.close}
        title={t("webhooks.deleteAsk")}
        text={url}
        yes={t("styles.delete")}
        act={() => endpoints.removing.mutate(id)}
      />
    </Card>
  );
}
