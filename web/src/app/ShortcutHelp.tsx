import { Kbd, Table, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { create } from "zustand";
import { SHORTCUTS, type ShortcutName, shown, useKeysOf, useShortcut } from "@/shared/shortcuts";
import { Dialog } from "@/shared/ui/Dialog";

/** What a key changes about dragging, pressing and turning the wheel on the tracks of the film editor. */
const GESTURES = [
  { name: "ripple", key: "alt", what: "edge" },
  { name: "roll", key: "mod", what: "edge" },
  { name: "insert", key: "mod", what: "body" },
  { name: "add", key: "shift", what: "press" },
  { name: "all", key: "shift", what: "razor" },
  { name: "zoom", key: "mod", what: "wheel" },
  { name: "along", key: "shift", what: "wheel" },
] as const;

const useHelp = create<{ opened: boolean }>()(() => ({ opened: false }));

export const shortcutHelp = {
  open: () => useHelp.setState({ opened: true }),
  close: () => useHelp.setState({ opened: false }),
};

/** Lists all keyboard shortcuts. */
export function ShortcutHelp() {
  const { t } = useTranslation("shared");
  const opened = useHelp((help) => help.opened);
  useShortcut("help", shortcutHelp.open);
  return (
    <Dialog
      opened={opened}
      onClose={shortcutHelp.close}
      title={t("shortcuts.title")}
      closeButtonProps={{ "aria-label": t("close") }}
    >
      <Table>
        <Table.Tbody>
          {(Object.keys(SHORTCUTS) as ShortcutName[]).map((name) => (
            <Row key={name} name={name} />
          ))}
        </Table.Tbody>
      </Table>
      <Title order={3} size="h5" mt="md" mb="xs">
        {t("gestures.title")}
      </Title>
      <Table>
        <Table.Tbody>
          {GESTURES.map(({ name, key, what }) => (
            <Table.Tr key={name}>
              <Table.Th fw={400}>{t(`gestures.${name}`)}</Table.Th>
              <Table.Td ta="right" style={{ whiteSpace: "nowrap" }}>
                <Kbd>{shown(key)}</Kbd> {t(`gestures.${what}`)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Dialog>
  );
}

function Row({ name }: { name: ShortcutName }) {
  const { t } = useTranslation("shared");
  return (
    <Table.Tr>
      <Table.Th fw={400}>{t(`shortcuts.${name}`)}</Table.Th>
      <Table.Td ta="right">
        <Kbd>{shown(useKeysOf(name))}</Kbd>
      </Table.Td>
    </Table.Tr>
  );
}
