import { Alert, Button, Center, PasswordInput, Select, Stack, Text, TextInput, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useMutation } from "@tanstack/react-query";
import i18next from "i18next";
import { type FormEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body } from "@/shared/api/client";
import { Fault } from "@/shared/api/fault";
import { keepTokens } from "@/shared/api/tokens";
import { duration } from "@/shared/format";
import { chooseLanguage, LANGUAGES, type Language } from "@/shared/i18n";
import { useSession } from "@/shared/session";

/** The sign-in form; the page behind it appears after success. */
export function SignIn() {
  const { t } = useTranslation("account");
  useDocumentTitle(`${t("signIn.title")} · Artifex`);
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const again = useRef<HTMLInputElement>(null);
  const entering = useMutation({
    mutationFn: () => enter(name, password),
    onError: () => again.current?.select(), // usually the password was mistyped
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!entering.isPending) entering.mutate();
  };
  return (
    <Center mih="100vh" p="md" component="main">
      <form onSubmit={submit} aria-label={t("signIn.title")}>
        <Stack w={340} maw="calc(100vw - 32px)">
          <img src="/assets/icon.svg" width={40} height={40} alt="" />
          <Title order={1} size="h2">
            {t("signIn.title")}
          </Title>
          {entering.isError ? <Refused error={entering.error} /> : <Reason />}
          <TextInput
            label={t("signIn.name")}
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            required
            autoFocus
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <PasswordInput
            ref={again}
            label={t("signIn.password")}
            autoComplete="current-password"
            required
            value={password}
            visibilityToggleButtonProps={{ "aria-label": t("signIn.show") }}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          <Button type="submit" loading={entering.isPending}>
            {t("signIn.enter")}
          </Button>
          <Select
            label={t("signIn.language")}
            data={Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }))}
            value={i18next.language}
            allowDeselect={false}
            onChange={(chosen) => chosen !== null && void chooseLanguage(chosen as Language)}
          />
          <Text size="xs" c="dimmed">
            {t("signIn.none")}
          </Text>
        </Stack>
      </form>
    </Center>
  );
}

/** Why the page asks to sign in, where its user did not sign out here. */
function Reason() {
  const { t } = useTranslation("account");
  const ended = useSession((session) => session.ended);
  return (
    ended !== null && (
      <Alert color="orange" role="status" title={t(`signIn.ended.${ended}.title`)}>
        {t(`signIn.ended.${ended}.text`)}
      </Alert>
    )
  );
}

/** Why the sign-in was refused, and when a retry makes sense. */
function Refused({ error }: { error: Error }) {
  const { t } = useTranslation("account");
  const { t: shared } = useTranslation("shared");
  const wait = error instanceof Fault ? error.retryAfter : null;
  const wrong = error instanceof Fault && error.status === 401;
  return (
    <Alert color="red" role="alert">
      <Text size="sm">{wrong ? t("signIn.wrong") : error.message}</Text>
      {wait !== null && (
        <Text size="sm">
          {t("signIn.wait", { time: wait < 60 ? shared("time.seconds", { seconds: wait }) : duration(wait, shared) })}
        </Text>
      )}
    </Alert>
  );
}

async function enter(name: string, password: string): Promise<void> {
  keepTokens(body(await api.POST("/api/v1/auth/login", { body: { name, password } })));
  useSession.getState().set({ me: body(await api.GET("/api/v1/auth/me")), status: "signed-in" });
}
