import { ActionIcon, Menu, Stack, Title, UnstyledButton } from "@mantine/core";
import { type Icon, IconDots, IconFolder, IconLayoutGrid, IconPlus, IconStar, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/shared/api/client";
import { useMayWrite } from "@/shared/session";
import { tellFault } from "@/shared/tell";
import { AskFirst } from "@/shared/ui/AskFirst";
import { BoardNameDialog } from "./BoardNameDialog";
import type { Filters } from "./library/filters";
import { useBoardChanges } from "./library/useBoardChanges";
import { useBoards, useSummary } from "./library/useLibrary";
import classes from "./Outputs.module.css";

interface Props {
  filters: Filters;
  change: (change: Partial<Filters>) => void;
}

const NOWHERE = { favourite: false, board: null, trashed: false };

/** Parts of the library: all, favourites, each board, and the trash. */
export function Places({ filters, change }: Props) {
  const { t } = useTranslation("outputs");
  const mayWrite = useMayWrite();
  const { data: summary } = useSummary();
  const { data: boards = [] } = useBoards();
  const [naming, setNaming] = useState(false);
  const go = (place: Partial<Filters>) => change({ ...NOWHERE, ...place });
  const nowhere = !filters.favourite && filters.board === null && !filters.trashed;
  return (
    <Stack gap={2} component="nav" aria-label={t("places.label")}>
      <Place Icon={IconLayoutGrid} name={t("places.all")} here={nowhere} go={() => go({})} />
      <Place
        Icon={IconStar}
        name={t("places.favourites")}
        count={summary?.favourites}
        here={filters.favourite}
        go={() => go({ favourite: true })}
      />
      <Place
        Icon={IconTrash}
        name={t("places.trash")}
        count={summary?.trashed}
        here={filters.trashed}
        go={() => go({ trashed: true })}
      />
      <div className={classes.board}>
        <Title order={2} size="h6" px={10} pt="md" pb={4} mr="auto">
          {t("places.boards")}
        </Title>
        {mayWrite && (
          <ActionIcon variant="subtle" color="gray" mt="sm" aria-label={t("board.new")} onClick={() => setNaming(true)}>
            <IconPlus size={16} aria-hidden />
          </ActionIcon>
        )}
      </div>
      {boards.map((board) => (
        <div key={board.id} className={classes.board}>
          <Place
            Icon={IconFolder}
            name={board.name}
            count={board.count}
            here={filters.board === board.id}
            go={() => go({ board: board.id })}
          />
          {mayWrite && <BoardActions board={board} left={() => filters.board === board.id && go({})} />}
        </div>
      ))}
      <BoardNameDialog opened={naming} close={() => setNaming(false)} />
    </Stack>
  );
}

interface PlaceProps {
  Icon: Icon;
  name: string;
  count?: number | undefined;
  here: boolean;
  go: () => void;
}

function Place({ Icon, name, count, here, go }: PlaceProps) {
  return (
    <UnstyledButton className={classes.place} onClick={go} {...(here ? { "aria-current": "page" as const } : {})}>
      <Icon size={17} stroke={1.6} aria-hidden style={{ flexShrink: 0 }} />
      <span dir="auto">{name}</span>
      <span>{count ? count : ""}</span>
    </UnstyledButton>
  );
}

function BoardActions({ board, left }: { board: Schemas["BoardAnswer"]; left: () => void }) {
  const { t } = useTranslation("outputs");
  const changes = useBoardChanges();
  const [renaming, setRenaming] = useState(false);
  const [asking, setAsking] = useState(false);
  const remove = () => changes.remove(board.id).then(left, tellFault);
  return (
    <>
      <Menu position="bottom-end" withinPortal={false} floatingStrategy="fixed">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={t("board.actions", { name: board.name })}>
            <IconDots size={16} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => setRenaming(true)}>{t("board.rename")}</Menu.Item>
          <Menu.Item onClick={() => setAsking(true)}>{t("board.delete")}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <BoardNameDialog opened={renaming} board={board} close={() => setRenaming(false)} />
      <AskFirst
        opened={asking}
        title={t("board.deleteTitle", { name: board.name })}
        text={t("board.deleteText")}
        yes={t("board.delete")}
        act={remove}
        close={() => setAsking(false)}
      />
    </>
  );
}
