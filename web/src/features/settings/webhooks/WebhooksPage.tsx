import { Alert, Button, Code, CopyButton, Group, MultiSelect, Skeleton, Stack, Text, TextInput } from "@mantine/core";
import { IconWebhook } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMayWrite } from "@/shared/session";
import { EmptyState } from "@/shared/ui/EmptyState";
import { FaultNote } from "@/shared/ui/FaultNote";
import { Page } from "@/shared/ui/Page";
import { ToSettings } from "../ToSettings";
import { EndpointCard } from "./EndpointCard";
import { type Endpoints, EVENTS, type EventName, useEndpoints } from "./useEndpoints";

/** Webhook endpoints of other programs, called when jobs end. */
export function WebhooksPage() {
  const { t } = useTranslation("settings");
  const write = useMayWrite();
  const endpoints = useEndpoints();
  const { list, error, making, rotating } = endpoints;
  const secret = rotating.data?.secret ?? making.data?.secret;
  return (
    <Page title={t("webhooks.title")}>
      <ToSettings />
      <Text c="dimmed" maw={640}>
        {t("webhooks.text")}
      </Text>
      {list.error && <FaultNote error={list.error} retry={list.refetch} />}
      {error && <FaultNote error={error} />}
      {secret && <Secret text={secret} />}
      {write && <NewEndpointForm endpoints={endpoints} />}
      {list.isPending && <Skeleton height={120} />}
      {list.data?.length === 0 && <EmptyState Icon={IconWebhook} text={t("webhooks.none")} />}
      <Stack component="ul" gap="sm" m={0} p={0} style={{ listStyle: "none" }}>
        {list.data?.map((endpoint) => (
          <EndpointCard key={endpoint.id} endpoint={endpoint} endpoints={endpoints} write={write} />
        ))}
      </Stack>
    </Page>
  );
}

function NewEndpointForm({ endpoints: { making, rotating } }: { endpoints: Endpoints }) {
  const { t } = useTranslation("settings");
  const [url, setUrl] = useState("");
  const [events, setEvents] = useState<EventName[]>(["video.completed", "video.failed"]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    rotating.reset();
    making.mutate({ url, events }, { onSuccess: () => setUrl("") });
  };
  return (
    <form onSubmit={submit}>
      <Group align="end">
        <TextInput
          label={t("webhooks.url")}
          type="url"
          placeholder="https://"
          required
          maxLength={2048}
          miw={280}
          flex={1}
          maw={480}
          value={url}
          onChange={(event) => setUrl(event.currentTarget.value)}
        />
        <MultiSelect
          label={t("webhooks.events")}
          data={EVENTS.map((value) => ({ value, label: t(`webhooks.event.${eventKey(value)}`) }))}
          value={events}
          miw={260}
          flex={1}
          maw={480}
          onChange={(chosen) => setEvents(EVENTS.filter((one) => chosen.includes(one)))}
        />
        <Button type="submit" loading={making.isPending} disabled={events.length === 0}>
          {t("webhooks.add")}
        </Button>
      </Group>
    </form>
  );
}

/** Text keys must not contain dots. */
export function eventKey(event: EventName) {
  return event.replace(".", "_") as "video_completed" | "video_failed" | "job_completed" | "job_failed";
}

function Secret({ text }: { text: string }) {
  const { t } = useTranslation("settings");
  const { t: shared } = useTranslation("shared");
  return (
    <Alert color="teal" role="status" title={t("webhooks.secret")}>
      <Group>
        <Code style={{ overflowWrap: "anywhere" }}>{text}</Code>
        <CopyButton value={text}>
          {({ copied, copy }) => (
            <Button size="compact-sm" variant="default" onClick={copy}>
              {shared(copied ? "copied" : "copy")}
            </Button>
          )}
        </CopyButton>
      </Group>
    </Alert>
  );
}
