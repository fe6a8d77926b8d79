import { Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Section } from "@/shared/ui/Section";
import { rateText, timecode } from "../model/timecode";
import { editor } from "../state/editor";
import { useFilm } from "../state/film";
import { CommitNumber, CommitText } from "./Commit";
import { LookPart } from "./LookPart";
import { Markers } from "./Markers";

/** Settings of the whole film. Width and height are even, as encoders need. */
export function FilmPart() {
  const { t } = useTranslation("timeline");
  const { project, timeline, rate, duration, edits, mayWrite } = useFilm();
  return (
    <>
      <Section small title={t("film.title")}>
        <CommitText
          label={t("film.name")}
          value={project.name}
          disabled={!mayWrite}
          commit={async (name) => name.trim() === "" || edits.run([{ edit: "rename_project", name: name.trim() }])}
        />
        <Group grow gap="xs">
          {(["width", "height"] as const).map((side) => (
            <CommitNumber
              key={side}
              label={t(`film.${side}`)}
              value={timeline[side]}
              min={16}
              max={8192}
              step={2}
              allowDecimal={false}
              disabled={!mayWrite}
              commit={(pixels) => void edits.run([{ edit: "set_timeline", [side]: pixels - (pixels % 2) }])}
            />
          ))}
        </Group>
        <Text size="xs" c="dimmed">
          {t("film.facts", { rate: rateText(timeline.rate), length: timecode(duration, rate) })}
        </Text>
      </Section>
      {timeline.markers.length > 0 && <Markers go={editor.seek} />}
      <LookPart
        look={timeline.look ?? []}
        locked={!mayWrite}
        lookOf={({ look }) => look ?? []}
        command={(look) => ({ edit: "set_timeline", look })}
      />
    </>
  );
}
