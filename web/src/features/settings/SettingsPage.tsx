import { Anchor, Group, SegmentedControl, Select, Stack, Switch, Text, useMantineColorScheme } from "@mantine/core";
import i18next from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { chooseLanguage, LANGUAGES, type Language } from "@/shared/i18n";
import { links } from "@/shared/links";
import { usePreferences } from "@/shared/preferences";
import { chime } from "@/shared/sound";
import { Page } from "@/shared/ui/Page";
import { Section } from "./Section";
import { Server } from "./Server";
import { Shortcuts } from "./Shortcuts";

const SCHEMES = ["auto", "light", "dark"] as const;

/** The user's settings on this browser. */
export function SettingsPage() {
  const { t } = useTranslation("settings");
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Page title={t("title")}>
      <Section title={t("look.title")}>
        <Select
          label={t("look.language")}
          maw={280}
          data={Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }))}
          value={i18next.language}
          allowDeselect={false}
          onChange={(chosen) => chosen !== null && void chooseLanguage(chosen as Language)}
        />
        <Stack gap={4}>
          <Text size="sm" fw={500} id="scheme">
            {t("look.theme")}
          </Text>
          <SegmentedControl
            aria-labelledby="scheme"
            maw={360}
            data={SCHEMES.map((value) => ({ value, label: t(`look.${value}`) }))}
            value={colorScheme}
            onChange={(chosen) => setColorScheme(chosen as (typeof SCHEMES)[number])}
          />
        </Stack>
      </Section>
      <Notes />
      <Section title={t("pages.title")}>
        <Group>
          <Anchor component={Link} to={`${links.settings}/styles`}>
            {t("toStyles")}
          </Anchor>
          <Anchor component={Link} to={`${links.settings}/webhooks`}>
            {t("toWebhooks")}
          </Anchor>
          <Anchor component={Link} to={links.account}>
            {t("toAccount")}
          </Anchor>
          <Anchor component={Link} to={links.about}>
            {t("toAbout")}
          </Anchor>
          <Anchor component="button" type="button" onClick={() => usePreferences.getState().set({ guided: false })}>
            {t("guide")}
          </Anchor>
        </Group>
      </Section>
      <Section title={t("privacy.title")}>
        <Text size="sm">{t("privacy.text")}</Text>
      </Section>
      <Server />
      <Shortcuts />
    </Page>
  );
}

function Notes() {
  const { t } = useTranslation("settings");
  const { sound, desktopNotes, set } = usePreferences();
  const possible = "Notification" in window;
  const [denied, setDenied] = useState(possible && Notification.permission === "denied");
  const choose = async (wanted: boolean) => {
    const allowed = wanted && (await Notification.requestPermission()) === "granted";
    setDenied(wanted && !allowed);
    set({ desktopNotes: allowed });
  };
  return (
    <Section title={t("notes.title")}>
      <Switch
        label={t("notes.sound")}
        checked={sound}
        onChange={(event) => {
          set({ sound: event.currentTarget.checked });
          if (event.currentTarget.checked) chime(true);
        }}
      />
      <Switch
        label={t("notes.desktop")}
        description={t("notes.desktopText")}
        checked={desktopNotes && !denied && possible}
        disabled={!possible}
        onChange={(event) => void choose(event.currentTarget.checked)}
        {...(denied ? { error: t("notes.denied") } : {})}
        {...(possible ? {} : { error: t("notes.unsupported") })}
      />
    </Section>
  );
}
