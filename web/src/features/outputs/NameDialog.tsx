import { Button, Group, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "@/shared/ui/Dialog";

interface Props extends Asked {
  opened: boolean;
  title: string;
}

interface Asked {
  label: string;
  name: string;
  longest: number;
  /** Throws if the name is refused; the dialog shows the reason. */
  keep: (name: string) => Promise<void>;
  close: () => void;
}

/** Asks for a name. */
export function NameDialog({ opened, title, ...asked }: Props) {
  const { t } = useTranslation("shared");
  return (
    <Dialog opened={opened} onClose={asked.close} title={title} closeButtonProps={{ "aria-label": t("close") }}>
      <NameForm {...asked} />
    </Dialog>
  );
}

function NameForm({ label, name, longest, keep, close }: Asked) {
  const { t } = useTranslation("shared");
  const [text, setText] = useState(name);
  const [refused, setRefused] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    keep(text.trim())
      .then(close, (fault: Error) => setRefused(fault.message))
      .finally(() => setBusy(false));
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label={label}
          value={text}
          maxLength={longest}
          error={refused}
          onChange={(event) => setText(event.currentTarget.value)}
          data-autofocus
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>
            {t("cancel")}
          </Button>
          <Button type="submit" loading={busy} disabled={text.trim() === ""}>
            {t("save")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
