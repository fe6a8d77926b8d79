import { Button, Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Dialog } from "./Dialog";

interface Props {
  opened: boolean;
  title: string;
  text: string;
  /** Label of the confirming button. */
  yes: string;
  act: () => unknown;
  close: () => void;
}

/** Asks for confirmation of something that cannot be undone. */
export function AskFirst({ opened, title, text, yes, act, close }: Props) {
  const { t } = useTranslation("shared");
  const agree = () => {
    close();
    void act();
  };
  return (
    <Dialog opened={opened} onClose={close} title={title} closeButtonProps={{ "aria-label": t("close") }}>
      <Stack>
        <Text size="sm">{text}</Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close} data-autofocus>
            {t("cancel")}
          </Button>
          <Button color="red.8" onClick={agree}>
            {yes}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
