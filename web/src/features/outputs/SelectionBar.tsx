import { ActionIcon, Button, Group, Paper, Text, Tooltip, VisuallyHidden } from "@mantine/core";
import {
  IconArrowBackUp,
  IconColumns2,
  IconDownload,
  IconFolderPlus,
  IconStar,
  IconTrash,
  IconTrashX,
  IconX,
} from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { links } from "@/shared/links";
import { AskFirst } from "@/shared/ui/AskFirst";
import { BoardMenu } from "./BoardMenu";
import { download } from "./library/download";
import type { Card } from "./library/pages";
import { useChanges } from "./library/useChanges";
import classes from "./Outputs.module.css";
import { mayCompare } from "./useListKeys";

interface Props {
  cards: Card[];
  trashed: boolean;
  selectAll: () => void;
  clear: () => void;
}

/** Bulk actions for the selected clips. */
export function SelectionBar({ cards, trashed, selectAll, clear }: Props) {
  const { t } = useTranslation("outputs");
  return (
    <>
      <VisuallyHidden role="status">
        {cards.length > 0 ? t("selected.count", { count: cards.length }) : ""}
      </VisuallyHidden>
      {cards.length > 0 && (
        <Paper
          shadow="md"
          withBorder
          p="xs"
          className={classes.selected}
          role="toolbar"
          aria-label={t("selected.label")}
        >
          <Group gap="xs">
            <Tooltip label={t("selected.clear")}>
              <ActionIcon variant="subtle" color="gray" aria-label={t("selected.clear")} onClick={clear}>
                <IconX size={18} aria-hidden />
              </ActionIcon>
            </Tooltip>
            <Text size="sm" fw={600} mr="auto">
              {t("selected.count", { count: cards.length })}
            </Text>
            <Button size="compact-sm" variant="subtle" onClick={selectAll}>
              {t("selected.all")}
            </Button>
            {trashed ? <TrashedActions cards={cards} /> : <Actions cards={cards} />}
          </Group>
        </Paper>
      )}
    </>
  );
}

function Actions({ cards }: Pick<Props, "cards">) {
  const { t } = useTranslation("outputs");
  const changes = useChanges();
  const ids = cards.map((card) => card.id);
  const allFavourites = cards.every((card) => card.favourite);
  return (
    <>
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<IconStar size={16} aria-hidden />}
        onClick={() => void changes.favourite(ids, !allFavourites)}
      >
        {t(allFavourites ? "act.unfavourite" : "act.favourite")}
      </Button>
      <BoardMenu assets={cards}>
        <Button size="compact-sm" variant="default" leftSection={<IconFolderPlus size={16} aria-hidden />}>
          {t("act.boards")}
        </Button>
      </BoardMenu>
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<IconDownload size={16} aria-hidden />}
        onClick={() => void download(cards)}
      >
        {t("act.download")}
      </Button>
      {mayCompare(cards) && (
        <Button
          size="compact-sm"
          variant="default"
          component={Link}
          to={links.compare(ids)}
          leftSection={<IconColumns2 size={16} aria-hidden />}
        >
          {t("act.compare")}
        </Button>
      )}
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<IconTrash size={16} aria-hidden />}
        onClick={() => void changes.trash(ids)}
      >
        {t("act.trash")}
      </Button>
    </>
  );
}

function TrashedActions({ cards }: Pick<Props, "cards">) {
  const { t } = useTranslation("outputs");
  const changes = useChanges();
  const [asking, setAsking] = useState(false);
  const ids = cards.map((card) => card.id);
  return (
    <>
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<IconArrowBackUp size={16} aria-hidden />}
        onClick={() => void changes.restore(ids)}
      >
        {t("act.restore")}
      </Button>
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<IconTrashX size={16} aria-hidden />}
        onClick={() => setAsking(true)}
      >
        {t("act.delete")}
      </Button>
      <AskFirst
        opened={asking}
        title={t("delete.title", { count: ids.length })}
        text={t("delete.text")}
        yes={t("act.delete")}
        act={() => changes.deleteForGood(ids)}
        close={() => setAsking(false)}
      />
    </>
  );
}
