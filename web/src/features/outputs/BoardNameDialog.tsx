import { useTranslation } from "react-i18next";
import type { Schemas } from "@/shared/api/client";
import { useBoardChanges } from "./library/useBoardChanges";
import { NameDialog } from "./NameDialog";

interface Props {
  opened: boolean;
  /** The board to rename; without one, a new board is made. */
  board?: Schemas["BoardAnswer"];
  close: () => void;
  made?: (board: Schemas["BoardAnswer"]) => void;
}

export function BoardNameDialog({ opened, board, close, made }: Props) {
  const { t } = useTranslation("outputs");
  const changes = useBoardChanges();
  const keep = async (name: string) => {
    if (board !== undefined) return await changes.rename(board.id, name);
    const created = await changes.create(name);
    made?.(created);
  };
  return (
    <NameDialog
      opened={opened}
      title={t(board === undefined ? "board.new" : "board.rename")}
      label={t("board.name")}
      name={board?.name ?? ""}
      longest={80}
      keep={keep}
      close={close}
    />
  );
}
