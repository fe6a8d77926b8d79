import { Alert, Button, Code, CopyButton, Group, Stack, Text, TextInput, Title } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { FaultNote } from "@/shared/ui/FaultNote";
import { KeyTable } from "./KeyTable";
import { useKeyList } from "./useKeyList";

/** API keys with which programs sign in as this user. */
export function Keys({ mine }: { mine: string }) {
  const { t } = useTranslation("account");
  const [name, setName] = useState("");
  const { keys, making, revoking, error } = useKeyList(mine);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    making.mutate(name, { onSuccess: () => setName("") });
  };
  const made = making.data;
  return (
    <Stack component="section" aria-label={t("keys.title")}>
      <div>
        <Title order={2} size="h4">
          {t("keys.title")}
        </Title>
        <Text size="sm" c="dimmed" maw={640}>
          {t("keys.text")}
        </Text>
      </div>
      {error !== null && <FaultNote error={error} />}
      {made && keys?.some((key) => key.id === made.id) && <NewKey text={made.key} />}
      <form onSubmit={submit}>
        <Group align="end">
          <TextInput
            label={t("keys.name")}
            placeholder={t("keys.example")}
            required
            maxLength={100}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Button type="submit" variant="default" loading={making.isPending}>
            {t("keys.make")}
          </Button>
        </Group>
      </form>
      {keys && keys.length > 0 && <KeyTable keys={keys} revoke={revoking.mutate} />}
      {keys?.length === 0 && <Text size="sm">{t("keys.none")}</Text>}
    </Stack>
  );
}

/** Shown only once, because the server stores only its hash. */
function NewKey({ text }: { text: string }) {
  const { t } = useTranslation("account");
  return (
    <Alert color="teal" title={t("keys.shownOnce")} role="status">
      <Group>
        <Code style={{ overflowWrap: "anywhere" }}>{text}</Code>
        <CopyButton value={text}>
          {({ copied, copy }) => (
            <Button size="compact-sm" variant="default" onClick={copy}>
              {t(copied ? "keys.copied" : "keys.copy")}
            </Button>
          )}
        </CopyButton>
      </Group>
    </Alert>
  );
}
