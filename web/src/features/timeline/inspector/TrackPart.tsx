import { useTranslation } from "react-i18next";
import { Section } from "@/shared/ui/Section";
import { useTrackName } from "../canvas/useTrackName";
import type { Track } from "../model/project";
import { useFilm } from "../state/film";
import { CommitSlider, CommitText } from "./Commit";

const LOUD = 4;

/** The selected track. */
export function TrackPart({ track }: { track: Track }) {
  const { t } = useTranslation("timeline");
  const { edits, mayWrite } = useFilm();
  const name = useTrackName()(track);
  return (
    <Section small title={t("track.title", { track: name })}>
      <CommitText
        label={t("track.name")}
        value={track.name ?? ""}
        disabled={!mayWrite}
        commit={(text) => edits.run([{ edit: "set_track", track: track.id, name: text }])}
      />
      {track.kind === "audio" && (
        <CommitSlider
          label={t("parameter.volume")}
          value={track.volume ?? 1}
          least={0}
          most={LOUD}
          step={0.05}
          disabled={!mayWrite}
          commit={(volume) => void edits.run([{ edit: "set_track", track: track.id, volume }])}
        />
      )}
    </Section>
  );
}
