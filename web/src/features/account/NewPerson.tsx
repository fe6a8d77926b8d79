import { Button, Group, PasswordInput, Stack, TextInput, Title } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { FaultNote } from "@/shared/ui/FaultNote";
import { RoleSelect } from "./RoleSelect";
import { type People, type Role, SHORTEST } from "./usePeople";

export function NewPerson({ adding }: { adding: People["adding"] }) {
  const { t } = useTranslation("account");
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [role, setRole] = useState<Role>("member");
  const clear = () => {
    setName("");
    setPassword("");
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    adding.mutate({ name, password, role }, { onSuccess: clear });
  };
  return (
    <form onSubmit={submit} aria-label={t("people.add")}>
      <Stack gap="sm">
        <Title order={3} size="h5">
          {t("people.add")}
        </Title>
        <Group align="end">
          <TextInput
            label={t("people.name")}
            autoComplete="off"
            autoCapitalize="none"
            required
            maxLength={100}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <PasswordInput
            label={t("people.password")}
            autoComplete="new-password"
            required
            minLength={SHORTEST}
            w={220}
            value={password}
            visibilityToggleButtonProps={{ "aria-label": t("signIn.show") }}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          <RoleSelect label={t("people.role")} value={role} onChange={setRole} />
          <Button type="submit" variant="default" loading={adding.isPending}>
            {t("people.add")}
          </Button>
        </Group>
        {adding.isError && <FaultNote error={adding.error} />}
      </Stack>
    </form>
  );
}
