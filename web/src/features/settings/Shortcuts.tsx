import { Button, Group, Kbd, Stack, Table, Text, Title } from "@mantine/core";
import { type KeyboardEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { SHORTCUTS, type ShortcutName, shown, useKeys } from "@/shared/shortcuts";
import { keysOfEvent, takenBy } from "./keys";

const NAMES = Object.keys(SHORTCUTS) as ShortcutName[];

/** Every shortcut with its keys, which are changed by pressing new ones. */
export function Shortcuts() {
  const { t } = useTranslation("settings");
  const { chosen, choose } = useKeys();
  const [listening, setListening] = useState<ShortcutName | null>(null);
  const [news, setNews] = useState("");
  const { t: shared } = useTranslation("shared");

  const hear = (name: ShortcutName, event: KeyboardEvent) => {
    if (listening !== name || event.key === "Tab") return; // Tab must always move the focus
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") return setListening(null);
    const keys = keysOfEvent(event);
    if (keys === null) return;
    const other = takenBy(keys, name, chosen);
    if (other === null) choose(name, keys);
    setNews(
      other === null
        ? t("keys.set", { name: shared(`shortcuts.${name}`), keys: shown(keys) })
        : t("keys.taken", { keys: shown(keys), other: shared(`shortcuts.${other}`) }),
    );
    setListening(null);
  };

  const resetAll = () => {
    for (const name of NAMES) choose(name, null);
    setNews(t("keys.reset_done"));
  };

  return (
    <Stack component="section" aria-label={t("keys.title")}>
      <Group justify="space-between" maw={640}>
        <Title order={2} size="h4">
          {t("keys.title")}
        </Title>
        {Object.keys(chosen).length > 0 && (
          <Button size="compact-sm" variant="default" onClick={resetAll}>
            {t("keys.resetAll")}
          </Button>
        )}
      </Group>
      <Text size="sm">{t("keys.text")}</Text>
      <Text size="sm" fw={500} role="status" mih={20}>
        {listening === null ? news : t("keys.listening", { name: shared(`shortcuts.${listening}`) })}
      </Text>
      <Table maw={640}>
        <Table.Tbody>
          {NAMES.map((name) => (
            <Table.Tr key={name}>
              <Table.Th fw={400}>{shared(`shortcuts.${name}`)}</Table.Th>
              <Table.Td>
                <Group gap="xs" justify="flex-end">
                  {chosen[name] !== undefined && (
                    <Button
                      size="compact-sm"
                      variant="subtle"
                      aria-label={t("keys.resetOne", { name: shared(`shortcuts.${name}`) })}
                      onClick={() => choose(name, null)}
                    >
                      {t("keys.reset")}
                    </Button>
                  )}
                  <Button
                    size="compact-sm"
                    variant="default"
                    aria-label={t("keys.change", {
                      keys: listening === name ? t("keys.press") : shown(chosen[name] ?? SHORTCUTS[name]),
                      name: shared(`shortcuts.${name}`),
                    })}
                    onClick={() => setListening(name)}
                    onBlur={() => listening === name && setListening(null)}
                    onKeyDown={(event) => hear(name, event)}
                  >
                    {listening === name ? t("keys.press") : <Kbd>{shown(chosen[name] ?? SHORTCUTS[name])}</Kbd>}
                  </Button>
                </Group>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Stack>
  );
}
