import { Button, Group, PasswordInput, Stack, Text, Title } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body } from "@/shared/api/client";
import { keepTokens } from "@/shared/api/tokens";
import { FaultNote } from "@/shared/ui/FaultNote";

const SHORTEST = 8;

/** Changes the password, which ends all other sessions. */
export function PasswordForm() {
  const { t } = useTranslation("account");
  const [before, setBefore] = useState("");
  const [next, setNext] = useState("");
  const changing = useMutation({
    mutationFn: async () => {
      keepTokens(body(await api.POST("/api/v1/auth/password", { body: { old: before, new: next } })));
      setBefore("");
      setNext("");
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    changing.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack maw={420}>
        <Title order={2} size="h4">
          {t("password.title")}
        </Title>
        <Text size="sm" c="dimmed">
          {t("password.text")}
        </Text>
        <PasswordInput
          label={t("password.old")}
          autoComplete="current-password"
          required
          value={before}
          visibilityToggleButtonProps={{ "aria-label": t("signIn.show") }}
          onChange={(event) => setBefore(event.currentTarget.value)}
        />
        <PasswordInput
          label={t("password.new")}
          description={t("password.rule", { count: SHORTEST })}
          autoComplete="new-password"
          required
          minLength={SHORTEST}
          value={next}
          visibilityToggleButtonProps={{ "aria-label": t("signIn.show") }}
          onChange={(event) => setNext(event.currentTarget.value)}
        />
        {changing.isError && <FaultNote error={changing.error} />}
        <Group>
          <Button type="submit" variant="default" loading={changing.isPending}>
            {t("password.change")}
          </Button>
          {changing.isSuccess && (
            <Text size="sm" role="status">
              {t("password.changed")}
            </Text>
          )}
        </Group>
      </Stack>
    </form>
  );
}
