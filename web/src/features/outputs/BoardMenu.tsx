import { Menu } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { type ReactElement, useState } from "react";
import { useTranslation } from "react-i18next";
import { BoardNameDialog } from "./BoardNameDialog";
import { useChanges } from "./library/useChanges";
import { useBoards } from "./library/useLibrary";

interface Props {
  assets: readonly { id: string; boards: readonly string[] }[];
  /** The button that opens the menu. */
  children: ReactElement;
}

/** Adds clips to boards and removes them. */
export function BoardMenu({ assets, children }: Props) {
  const { t } = useTranslation("outputs");
  const { data: boards = [] } = useBoards();
  const changes = useChanges();
  const [naming, setNaming] = useState(false);
  const ids = assets.map((asset) => asset.id);
  const allOn = (board: string) => assets.every((asset) => asset.boards.includes(board));
  return (
    <>
      <Menu position="top" withinPortal={false}>
        <Menu.Target>{children}</Menu.Target>
        <Menu.Dropdown mah={320} style={{ overflowY: "auto" }}>
          {boards.map(({ id, name }) => (
            <Menu.CheckboxItem
              key={id}
              checked={allOn(id)}
              onChange={(on) => void (on ? changes.addToBoard(ids, id) : changes.takeOffBoard(ids, id))}
            >
              {name}
            </Menu.CheckboxItem>
          ))}
          {boards.length > 0 && <Menu.Divider role="separator" />}
          <Menu.Item leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setNaming(true)}>
            {t("board.new")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <BoardNameDialog
        opened={naming}
        close={() => setNaming(false)}
        made={(board) => void changes.addToBoard(ids, board.id)}
      />
    </>
  );
}
