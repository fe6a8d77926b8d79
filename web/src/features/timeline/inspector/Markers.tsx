import { Button, Group } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Section } from "@/shared/ui/Section";
import { Act } from "../editor/Act";
import { timecode } from "../model/timecode";
import { useFilm } from "../state/film";
import { CommitText } from "./Commit";

/** The film's markers; a click goes to one. */
export function Markers({ go }: { go: (frame: number) => void }) {
  const { t } = useTranslation("timeline");
  const { timeline, rate, edits, mayWrite } = useFilm();
  return (
    <Section small title={t("marker.title")}>
      {timeline.markers.map(({ id, frame, name = "" }) => {
        const at = timecode(frame, rate);
        return (
          <Group key={id} gap={4} wrap="nowrap" align="flex-end">
            <CommitText
              label={t("marker.name", { at })}
              value={name}
              disabled={!mayWrite}
              commit={(text) => edits.run([{ edit: "set_marker", marker: id, name: text }])}
            />
            <Button
              size="compact-xs"
              variant="default"
              flex="none"
              aria-label={t("marker.go", { at })}
              onClick={() => go(frame)}
            >
              {t("marker.goShort")}
            </Button>
            {mayWrite && (
              <Act
                small
                label={t("marker.remove", { at })}
                Icon={IconX}
                act={() => void edits.run([{ edit: "remove_marker", marker: id }])}
              />
            )}
          </Group>
        );
      })}
    </Section>
  );
}
