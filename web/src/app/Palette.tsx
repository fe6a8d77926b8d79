import { useMantineColorScheme } from "@mantine/core";
import { Spotlight, type SpotlightActionData, spotlight } from "@mantine/spotlight";
import {
  IconArrowRight,
  IconBolt,
  IconKeyboard,
  IconLanguage,
  IconLogout,
  IconMoon,
  IconSearch,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { leave } from "@/shared/api/signOut";
import { chooseLanguage, LANGUAGES, type Language } from "@/shared/i18n";
import { links } from "@/shared/links";
import { useOffered } from "@/shared/offered";
import { useSession } from "@/shared/session";
import { keysOf, shown, useKeysOf, useShortcut } from "@/shared/shortcuts";
import { shortcutHelp } from "./ShortcutHelp";

const PLACES = ["generate", "queue", "outputs", "timeline", "models", "optimizations", "settings", "about"] as const;

/** Command palette: the global commands and those that the open page offers, searchable by name. */
export function Palette() {
  const { t } = useTranslation("shared");
  const navigate = useNavigate();
  const { toggleColorScheme } = useMantineColorScheme();
  const signedIn = useSession((session) => session.status === "signed-in");
  const keys = shown(useKeysOf("palette"));
  const offered = useOffered();
  useShortcut("palette", (event) => {
    event.preventDefault();
    spotlight.toggle();
  });

  const icon = (Icon: typeof IconMoon) => <Icon size={18} stroke={1.6} aria-hidden />;
  const actions: SpotlightActionData[] = [
    ...offered.names.map((name) => ({
      id: `act-${name}`,
      label: t(`shortcuts.${name}`),
      description: shown(keysOf(name)),
      onClick: () => offered.act(name),
      leftSection: icon(IconBolt),
    })),
    ...PLACES.map((name) => ({
      id: `go-${name}`,
      label: t("palette.go", { place: t(`nav.${name}`) }),
      onClick: () => void navigate(links[name]),
      leftSection: icon(IconArrowRight),
    })),
    {
      id: "theme",
      label: t("palette.theme"),
      onClick: () => toggleColorScheme(),
      leftSection: icon(IconMoon),
    },
    {
      id: "shortcuts",
      label: t("palette.shortcuts"),
      onClick: shortcutHelp.open,
      leftSection: icon(IconKeyboard),
    },
    ...Object.entries(LANGUAGES).map(([code, name]) => ({
      id: `language-${code}`,
      label: t("palette.language", { language: name }),
      onClick: () => void chooseLanguage(code as Language),
      leftSection: icon(IconLanguage),
    })),
    ...(signedIn
      ? [{ id: "sign-out", label: t("palette.signOut"), onClick: leave, leftSection: icon(IconLogout) }]
      : []),
  ];
  return (
    <Spotlight
      actions={actions}
      shortcut={null}
      nothingFound={t("palette.nothing")}
      attributes={{ content: { "aria-label": t("palette.label") } }}
      highlightQuery
      searchProps={{
        placeholder: t("palette.search", { keys }),
        "aria-label": t("palette.label"),
        leftSection: icon(IconSearch),
      }}
    />
  );
}
