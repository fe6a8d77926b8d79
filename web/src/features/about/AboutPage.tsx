import { Code, List, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { api, body } from "@/shared/api/client";
import { FaultNote } from "@/shared/ui/FaultNote";
import { Page } from "@/shared/ui/Page";
import { Licences } from "./Licences";

const GUIDES = [
  "docs/guide/README.md",
  "docs/guide/models.md",
  "docs/guide/memory.md",
  "docs/guide/accounts.md",
  "docs/guide/api.md",
];

/** The program's version, privacy and licences. */
export function AboutPage() {
  const { t } = useTranslation("about");
  const about = useQuery({
    queryKey: ["system", "about"],
    queryFn: async () => body(await api.GET("/api/v1/system/about")),
  });
  return (
    <Page title={t("title")}>
      {about.isError && <FaultNote error={about.error} retry={about.refetch} />}
      <Stack gap="xs" maw={720}>
        {about.data && <Text>{t("version", { version: about.data.version, python: about.data.python })}</Text>}
        {about.isPending && <Skeleton height={20} maw={360} />}
        <Text>{t("licence")}</Text>
      </Stack>
      <Section title={t("privacy.title")}>
        <Text>{t("private")}</Text>
        <List spacing={4} withPadding>
          <List.Item>{t("privacy.clips")}</List.Item>
          <List.Item>{t("privacy.models")}</List.Item>
          <List.Item>{t("privacy.page")}</List.Item>
        </List>
        {about.data?.home && <Text>{t("home", { folder: about.data.home })}</Text>}
      </Section>
      <Section title={t("guides.title")}>
        <Text>{t("guides.text")}</Text>
        <List spacing={4} withPadding>
          {GUIDES.map((path) => (
            <List.Item key={path}>
              <Code>{path}</Code>
            </List.Item>
          ))}
        </List>
      </Section>
      <Licences />
    </Page>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Stack component="section" aria-label={title} gap="xs" maw={720}>
      <Title order={2} size="h4">
        {title}
      </Title>
      {children}
    </Stack>
  );
}
