import { Alert, Button, Code, Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { leave } from "@/shared/api/signOut";
import { useIsAdmin, useSession } from "@/shared/session";
import { Page } from "@/shared/ui/Page";
import { Keys } from "./Keys";
import { PasswordForm } from "./PasswordForm";
import { People } from "./People";

/** The user's account: password, API keys and, for administrators, everybody's accounts. */
export function AccountPage() {
  const { t } = useTranslation("account");
  const { status, me } = useSession();
  const isAdmin = useIsAdmin();
  if (status === "local" || me === null) {
    return (
      <Page title={t("title")}>
        <Alert title={t("local.title")} maw={720} styles={{ body: { minWidth: 0 } }}>
          <Stack gap="xs">
            <Text size="sm">{t("local.text")}</Text>
            <Code block>
              {
                "artifex users add NAME --role admin\nartifex serve --host 0.0.0.0 --accounts --allow-host studio.example"
              }
            </Code>
          </Stack>
        </Alert>
      </Page>
    );
  }
  return (
    <Page
      title={t("title")}
      actions={
        <Button variant="default" onClick={leave}>
          {t("signOut")}
        </Button>
      }
    >
      <Group gap="xs">
        <Text fw={600}>{me.name}</Text>
        <Text c="dimmed">{t(`role.${me.role}`)}</Text>
      </Group>
      <PasswordForm />
      <Keys mine={me.id} />
      {isAdmin && <People mine={me.id} />}
    </Page>
  );
}
