import { Button, Center, Code, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useRouteError } from "react-router";
import { isMissingPart, reloadIfAnswered, wasJustReloaded } from "./missing";
import { Unreachable } from "./Unreachable";

interface Props {
  /** Whether the page's frame stands around it, which has the main landmark. */
  framed?: boolean;
}

/** Error page for a crash of the interface itself; jobs and files on the server are not affected. */
export function Crashed({ framed = false }: Props) {
  const { t } = useTranslation("shared");
  const error = useRouteError();
  const [waits] = useState(() => isMissingPart(error) && !wasJustReloaded());
  if (waits) return <Unreachable retry={reloadIfAnswered} framed={framed} />;
  return (
    <Center mih={framed ? "60vh" : "100vh"} p="lg" component={framed ? "div" : "main"}>
      <Stack maw={520} miw={0}>
        <Title order={1} size="h2">
          {t("crashed.title")}
        </Title>
        <Text>{t("crashed.text")}</Text>
        <Code block tabIndex={0}>
          {error instanceof Error ? error.message : String(error)}
        </Code>
        <Button onClick={() => window.location.reload()}>{t("crashed.reload")}</Button>
      </Stack>
    </Center>
  );
}
