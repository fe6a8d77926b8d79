import { useTranslation } from "react-i18next";
import { Section } from "@/shared/ui/Section";
import type { Clip, PromptSource } from "../model/project";
import { useFilm } from "../state/film";
import { CommitNumber, CommitText } from "./Commit";

/** What generated clips below show meanwhile, and how softly it begins. */
export function PromptPart({ clip, source, locked }: { clip: Clip; source: PromptSource; locked: boolean }) {
  const { t } = useTranslation("timeline");
  const { edits } = useFilm();
  const set = (change: { text?: string; crossfade?: number }) =>
    void edits.run([{ edit: "set_prompt", clip: clip.id, ...change }]);
  return (
    <Section small title={t("prompt.title")}>
      <CommitText
        label={t("prompt.text")}
        value={source.text}
        lines
        commit={(text) => set({ text })}
        disabled={locked}
      />
      <CommitNumber
        label={t("prompt.crossfade")}
        value={source.crossfade ?? 0}
        min={0}
        max={clip.duration}
        allowDecimal={false}
        commit={(crossfade) => set({ crossfade })}
        disabled={locked}
      />
    </Section>
  );
}
