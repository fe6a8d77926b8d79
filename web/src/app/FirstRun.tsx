import { Button, Group, List, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { links } from "@/shared/links";
import { usePreferences } from "@/shared/preferences";
import { useIsAdmin, useMayWrite, useSession } from "@/shared/session";
import { Dialog } from "@/shared/ui/Dialog";

/** An introduction of a few sentences for first-time users; once dismissed, it does not come back by itself. */
export function FirstRun() {
  const { t } = useTranslation("shared");
  const { guided, set } = usePreferences();
  const navigate = useNavigate();
  const shared = useSession((session) => session.status === "signed-in");
  const admin = useIsAdmin();
  const mayWrite = useMayWrite();
  const leave = (to?: string) => {
    set({ guided: true });
    if (to !== undefined) void navigate(to);
  };
  return (
    <Dialog
      opened={!guided}
      onClose={() => leave()}
      title={t("firstRun.title")}
      size="lg"
      closeButtonProps={{ "aria-label": t("close") }}
    >
      <Stack>
        <Text>{t(shared ? "firstRun.introShared" : "firstRun.intro")}</Text>
        {mayWrite ? (
          <List spacing="xs" withPadding>
            <List.Item>{t("firstRun.generate")}</List.Item>
            <List.Item>{t(admin ? "firstRun.models" : "firstRun.modelsShared")}</List.Item>
            <List.Item>{t("firstRun.safe")}</List.Item>
          </List>
        ) : (
          <Text>{t("firstRun.viewing")}</Text>
        )}
        <Group justify="flex-end">
          {mayWrite && (
            <Button variant="default" onClick={() => leave(links.models)}>
              {t("firstRun.toModels")}
            </Button>
          )}
          <Button data-autofocus onClick={() => leave(mayWrite ? links.generate : links.outputs)}>
            {t(mayWrite ? "firstRun.start" : "firstRun.look")}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
