import { Group } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Section } from "@/shared/ui/Section";
import { trimLimits } from "../canvas/ghost";
import { crossfadeOf } from "../canvas/prompts";
import type { Lying } from "../model/finding";
import type { PromptSource } from "../model/project";
import { editor } from "../state/editor";
import { useFilm } from "../state/film";
import { CommitNumber, CommitText } from "./Commit";

interface Props {
  lying: Lying;
  source: PromptSource;
  locked: boolean;
}

/** A prompt for the generated clips below it: its text, start, length and crossfade. */
export function PromptPart({ lying: { clip, track, index }, source, locked }: Props) {
  const { t } = useTranslation("timeline");
  const { edits, rate } = useFilm();
  const set = (change: { text?: string; crossfade?: number }) =>
    edits.run([{ edit: "set_prompt", clip: clip.id, ...change }]);
  const alone = () => (editor.now().linked ? {} : { alone: true });
  const [, longer] = trimLimits(clip, track, index, "tail", false, rate);
  return (
    <Section small title={t("prompt.title")}>
      <CommitText
        label={t("prompt.text")}
        value={source.text}
        lines
        commit={(text) => set({ text })}
        disabled={locked}
      />
      <Group grow gap="xs">
        <CommitNumber
          label={t("prompt.start")}
          value={clip.start}
          min={0}
          allowDecimal={false}
          commit={(to) => void edits.run([{ edit: "move", clips: [clip.id], to, mode: "overwrite", ...alone() }])}
          disabled={locked}
        />
        <CommitNumber
          label={t("prompt.duration")}
          value={clip.duration}
          min={1}
          {...(Number.isFinite(longer) ? { max: clip.duration + longer } : {})}
          allowDecimal={false}
          commit={(frames) =>
            void edits.run([{ edit: "trim", clip: clip.id, edge: "tail", by: frames - clip.duration, ...alone() }])
          }
          disabled={locked}
        />
      </Group>
      <CommitNumber
        label={t("prompt.crossfade")}
        value={crossfadeOf(clip)}
        min={0}
        max={clip.duration}
        allowDecimal={false}
        commit={(crossfade) => set({ crossfade })}
        disabled={locked}
      />
    </Section>
  );
}
