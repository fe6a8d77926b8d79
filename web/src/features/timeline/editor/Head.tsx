import { Button, Group, Title } from "@mantine/core";
import { IconArrowBackUp, IconArrowForwardUp, IconChevronLeft, IconFileExport } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { links } from "@/shared/links";
import { ExportDialog } from "../export/ExportDialog";
import { useFilm } from "../state/film";
import { AcceptButton } from "./AcceptButton";
import { Act } from "./Act";
import { BridgeDialog } from "./BridgeDialog";
import { dialogs, useDialogs } from "./dialogs";
import { RebuildButton } from "./RebuildButton";
import { SpeedDialog } from "./SpeedDialog";

/** The film's name, undo and redo, and actions on the whole film. */
export function Head() {
  const { t } = useTranslation("timeline");
  const { answer, edits, mayWrite } = useFilm();
  const { exporting, speed, bridge } = useDialogs();
  return (
    <Group justify="space-between" gap="xs">
      <Group gap="xs" wrap="nowrap" miw={0} flex="1 1 200px">
        <Button
          variant="subtle"
          size="compact-sm"
          component={Link}
          to={links.timeline}
          leftSection={<IconChevronLeft size={16} aria-hidden />}
          flex="none"
        >
          {t("title")}
        </Button>
        <Title order={1} size="h4" lineClamp={1}>
          {answer.name}
        </Title>
      </Group>
      <Group gap={6} justify="flex-end">
        {mayWrite && (
          <>
            <Act
              label={t("undo")}
              keys="undo"
              Icon={IconArrowBackUp}
              act={() => void edits.undo()}
              disabled={!answer.can_undo}
            />
            <Act
              label={t("redo")}
              keys="redo"
              Icon={IconArrowForwardUp}
              act={() => void edits.redo()}
              disabled={!answer.can_redo}
            />
            <RebuildButton />
            <AcceptButton />
          </>
        )}
        <Button
          size="compact-md"
          variant="default"
          leftSection={<IconFileExport size={16} aria-hidden />}
          onClick={dialogs.openExport}
        >
          {t("export.button")}
        </Button>
      </Group>
      {exporting && <ExportDialog close={dialogs.close} />}
      {speed && <SpeedDialog close={dialogs.close} />}
      {bridge && <BridgeDialog place={bridge} close={dialogs.close} />}
    </Group>
  );
}
