import { Button, Group, List, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { links } from "@/shared/links";
import { usePreferences } from "@/shared/preferences";
import { Dialog } from "@/shared/ui/Dialog";

/** A three-sentence introduction for first-time users; once dismissed, it does not come back by itself. */
export function FirstRun() {
  const { t } = useTranslation("shared");
  const { guided, set } = usePreferences();
  const navigate = useNavigate();
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
        <Text>{t("firstRun.intro")}</Text>
        <List spacing="xs" withPadding>
          <List.Item>{t("firstRun.generate")}</List.Item>
          <List.Item>{t("firstRun.models")}</List.Item>
          <List.Item>{t("firstRun.safe")}</List.Item>
        </List>
        <Group justify="flex-end">
          <Button variant="default" onClick={() => leave(links.models)}>
            {t("firstRun.toModels")}
          </Button>
          <Button data-autofocus onClick={() => leave(links.generate)}>
            {t("firstRun.start")}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
