import { Kbd, Table } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { create } from "zustand";
import { SHORTCUTS, type ShortcutName, shown, useKeysOf, useShortcut } from "@/shared/shortcuts";
import { Dialog } from "@/shared/ui/Dialog";

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
