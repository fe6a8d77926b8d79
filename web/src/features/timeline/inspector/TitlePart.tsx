import { ColorInput, Group, NativeSelect } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Section } from "@/shared/ui/Section";
import { findClip } from "../model/finding";
import type { Align, Clip, TitleSource } from "../model/project";
import { useFilm } from "../state/film";
import { CommitSlider, CommitText } from "./Commit";

const ALIGNS: readonly Align[] = ["left", "center", "right"];
const DECIMALS = 4;

interface Props {
  clip: Clip;
  source: TitleSource;
  locked: boolean;
}

/** A title's text and type. */
export function TitlePart({ clip, source, locked }: Props) {
  const { t } = useTranslation("timeline");
  const { edits } = useFilm();
  const set = (change: Partial<TitleSource>) =>
    edits.runOn(({ timeline }) => {
      const now = findClip(timeline, clip.id)?.clip.source;
      return now?.kind === "title" ? [{ edit: "set_source", clip: clip.id, source: { ...now, ...change } }] : [];
    });
  const colour = (name: "colour" | "outline_colour", usual: string) => (
    <ColorInput
      size="xs"
      label={t(`titles.${name}`)}
      value={source[name] ?? usual}
      disabled={locked}
      format="hex"
      withEyeDropper={false}
      onChangeEnd={(chosen) => set({ [name]: chosen })}
    />
  );
  return (
    <Section small title={t("titles.title")}>
      <CommitText
        label={t("titles.text")}
        value={source.text}
        lines
        commit={(text) => set({ text })}
        disabled={locked}
      />
      <CommitSlider
        label={t("titles.size")}
        value={percent(source.size)}
        least={1}
        most={50}
        step={0.5}
        commit={(size) => set({ size: share(size) })}
        disabled={locked}
      />
      <CommitSlider
        label={t("titles.outline")}
        value={percent(source.outline ?? 0)}
        least={0}
        most={30}
        step={1}
        commit={(outline) => set({ outline: share(outline) })}
        disabled={locked}
      />
      <Group grow gap="xs">
        {colour("colour", "#ffffff")}
        {colour("outline_colour", "#000000")}
      </Group>
      <NativeSelect
        size="xs"
        label={t("titles.align")}
        value={source.align ?? "center"}
        disabled={locked}
        data={ALIGNS.map((value) => ({ value, label: t(`titles.${value}`) }))}
        onChange={(event) => set({ align: event.currentTarget.value as Align })}
      />
    </Section>
  );
}

const percent = (value: number): number => Number((100 * value).toFixed(DECIMALS));
const share = (value: number): number => Number((value / 100).toFixed(DECIMALS));
