import { Button } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useFilm } from "../state/film";

/** Accepts all takes that were made from what their shots are now; renders nothing if there are none. */
export function AcceptButton() {
  const { t } = useTranslation("timeline");
  const { answer, edits } = useFilm();
  const takes = Object.entries(answer.to_accept);
  if (takes.length === 0) return null;
  return (
    <Button
      size="compact-md"
      variant="light"
      leftSection={<IconCheck size={16} aria-hidden />}
      onClick={() => void edits.run(takes.map(([shot, asset]) => ({ edit: "accept_take", shot, asset })))}
    >
      {t("rebuild.accept", { count: takes.length })}
    </Button>
  );
}
