import { Button, Divider, Group, NumberInput, PasswordInput, Stack, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { AskFirst } from "@/shared/ui/AskFirst";
import { Dialog } from "@/shared/ui/Dialog";
import { FaultNote } from "@/shared/ui/FaultNote";
import { KeyTable } from "./KeyTable";
import { inField, LIMITS, withField } from "./limits";
import { useKeyList } from "./useKeyList";
import { type People, type Person, SHORTEST } from "./usePeople";

interface Props {
  person: Person;
  mine: boolean;
  people: People;
  close: () => void;
}

/** What administrators seldom change about an account: limits, password, keys, and removing it. */
export function PersonDialog({ person, mine, people, close }: Props) {
  const { t } = useTranslation("account");
  const { t: shared } = useTranslation("shared");
  const [asking, ask] = useDisclosure(false);
  const { keys, revoking, error } = useKeyList(person.id);
  const refused = people.changing.error ?? people.removing.error ?? error;
  return (
    <>
      <Dialog
        opened={!asking}
        onClose={close}
        size="lg"
        title={t("people.changeOf", { name: person.name })}
        closeButtonProps={{ "aria-label": shared("close") }}
      >
        <Stack gap="lg">
          {refused && <FaultNote error={refused} />}
          <LimitsForm person={person} changing={people.changing} />
          {!mine && <NewPassword person={person} changing={people.changing} />}
          {!mine && keys && keys.length > 0 && (
            <Stack gap="xs">
              <Title order={3} size="h5">
                {t("keys.title")}
              </Title>
              <KeyTable keys={keys} revoke={revoking.mutate} />
            </Stack>
          )}
          {!mine && (
            <>
              <Divider />
              <Group justify="space-between">
                <Text size="sm" maw={380}>
                  {t("people.deleteText")}
                </Text>
                <Button variant="light" color="red" onClick={ask.open}>
                  {t("people.delete")}
                </Button>
              </Group>
            </>
          )}
        </Stack>
      </Dialog>
      <AskFirst
        opened={asking}
        close={ask.close}
        title={t("people.deleteAsk", { name: person.name })}
        text={t("people.deleteText")}
        yes={t("people.delete")}
        act={() => people.removing.mutate(person.id, { onSuccess: close })}
      />
    </>
  );
}

type FormProps = { person: Person; changing: People["changing"] };

function LimitsForm({ person, changing }: FormProps) {
  const { t } = useTranslation("account");
  const { t: shared } = useTranslation("shared");
  const [limits, setLimits] = useState(person.limits);
  const [saved, setSaved] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    changing.mutate({ id: person.id, changes: { limits } }, { onSuccess: () => setSaved(true) });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Title order={3} size="h5">
          {t("limits.title")}
        </Title>
        <Text size="sm" c="dimmed">
          {t("limits.text")}
        </Text>
        <Group grow align="start" preventGrowOverflow={false}>
          {LIMITS.map((name) => (
            <NumberInput
              key={name}
              label={t(`limits.${name}`)}
              placeholder={t("limits.server")}
              min={name === "requests_a_minute" ? 1 : 0}
              decimalScale={name === "bytes_kept" ? 2 : 0}
              allowNegative={false}
              hideControls
              miw={180}
              value={inField(name, limits)}
              onChange={(typed) => {
                setSaved(false);
                setLimits((before) => withField(name, typed, before));
              }}
            />
          ))}
        </Group>
        <Group>
          <Button type="submit" variant="default" loading={changing.isPending}>
            {shared("save")}
          </Button>
          {saved && (
            <Text size="sm" role="status">
              {t("password.changed")}
            </Text>
          )}
        </Group>
      </Stack>
    </form>
  );
}

function NewPassword({ person, changing }: FormProps) {
  const { t } = useTranslation("account");
  const [password, setPassword] = useState("");
  const [changed, setChanged] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const onSuccess = () => {
      setPassword("");
      setChanged(true);
    };
    changing.mutate({ id: person.id, changes: { password } }, { onSuccess });
  };
  return (
    <form onSubmit={submit}>
      <Group align="end">
        <PasswordInput
          label={t("password.new")}
          description={t("people.passwordText")}
          autoComplete="new-password"
          required
          minLength={SHORTEST}
          value={password}
          w={280}
          visibilityToggleButtonProps={{ "aria-label": t("signIn.show") }}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" loading={changing.isPending}>
          {t("password.change")}
        </Button>
        {changed && (
          <Text size="sm" role="status">
            {t("password.changed")}
          </Text>
        )}
      </Group>
    </form>
  );
}
