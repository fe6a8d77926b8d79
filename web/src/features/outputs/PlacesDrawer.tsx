import { Button, Drawer } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconFolders } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Filters } from "./library/filters";
import { useBoards } from "./library/useLibrary";
import { Places } from "./Places";

interface Props {
  filters: Filters;
  change: (change: Partial<Filters>) => void;
}

/** The parts of the library in a drawer, for narrow screens. */
export function PlacesDrawer({ filters, change }: Props) {
  const { t } = useTranslation("outputs");
  const { t: ts } = useTranslation("shared");
  const [opened, { open, close }] = useDisclosure();
  const here = usePlaceName(filters);
  const goAndClose = (wanted: Partial<Filters>) => {
    close();
    change(wanted);
  };
  return (
    <>
      <Button variant="default" leftSection={<IconFolders size={18} aria-hidden />} onClick={open}>
        {t("places.open", { place: here })}
      </Button>
      <Drawer
        opened={opened}
        onClose={close}
        title={t("places.label")}
        size="xs"
        closeButtonProps={{ "aria-label": ts("close") }}
      >
        <Places filters={filters} change={goAndClose} />
      </Drawer>
    </>
  );
}

function usePlaceName(filters: Filters): string {
  const { t } = useTranslation("outputs");
  const { data: boards = [] } = useBoards();
  if (filters.trashed) return t("places.trash");
  if (filters.favourite) return t("places.favourites");
  return boards.find((board) => board.id === filters.board)?.name ?? t("places.all");
}
