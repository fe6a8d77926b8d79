import { Button, Center, Code, Stack, Text, Title } from "@mantine/core";
import { useInterval } from "@mantine/hooks";
import { useTranslation } from "react-i18next";

const RETRY_MS = 3000;

interface Props {
  retry: () => Promise<void>;
  /** Whether the page's frame stands around it, which has the main landmark. */
  framed?: boolean;
}

/** Shown when the server did not answer even the first request. */
export function Unreachable({ retry, framed = false }: Props) {
  const { t } = useTranslation("shared");
  useInterval(() => void retry(), RETRY_MS, { autoInvoke: true });
  return (
    <Center mih={framed ? "60vh" : "100vh"} p="lg" component={framed ? "div" : "main"}>
      <Stack maw={480} role="alert">
        <Title order={1} size="h2">
          {t("unreachable.title")}
        </Title>
        <Text>{t("unreachable.text")}</Text>
        <Code block>artifex serve</Code>
        <Button onClick={() => void retry()}>{t("retry")}</Button>
      </Stack>
    </Center>
  );
}
