import { Button, Group, NativeSelect, Switch, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { number } from "@/shared/format";
import { Section } from "@/shared/ui/Section";
import { dialogs } from "../editor/dialogs";
import { playedSound } from "../editor/soundOf";
import type { Command } from "../model/commands";
import { type Lying, nameOf } from "../model/finding";
import { toNumber } from "../model/fraction";
import { endOf, speedOf, timed } from "../model/mapping";
import type { Blend, Fit } from "../model/project";
import { keepsSound } from "../model/sounds";
import { timecode } from "../model/timecode";
import { useFilm } from "../state/film";
import { CommitText } from "./Commit";

const FITS: readonly Fit[] = ["fit", "fill", "stretch"];
const BLENDS: readonly Blend[] = ["normal", "add", "multiply", "screen"];

/** A clip's name, position, speed, and how it fits the frame. */
export function ClipPart({ lying: { clip, track }, locked }: { lying: Lying; locked: boolean }) {
  const { t } = useTranslation("timeline");
  const { project, timeline, rate, edits } = useFilm();
  const set = (change: Partial<Extract<Command, { edit: "set_clip" }>>) =>
    edits.run([{ edit: "set_clip", clip: clip.id, ...change }]);
  const speed = 100 * toNumber(speedOf(clip));
  const percent = number(speed, Number.isInteger(speed) ? 0 : 1);
  return (
    <Section small title={t("clip.title")}>
      <CommitText
        label={t("clip.name")}
        value={clip.name ?? nameOf(project, clip)}
        commit={(name) => set({ name })}
        disabled={locked}
      />
      <Text size="xs" c="dimmed">
        {t("clip.range", {
          from: timecode(clip.start, rate),
          to: timecode(endOf(clip), rate),
          count: clip.duration,
        })}
      </Text>
      <Switch
        size="xs"
        label={t("clip.enabled")}
        checked={clip.enabled ?? true}
        disabled={locked}
        onChange={(event) => set({ enabled: event.currentTarget.checked })}
      />
      {timed(clip) !== null && (
        <Group justify="space-between">
          <Text size="xs">{t("clip.speed", { percent })}</Text>
          <Button size="compact-xs" variant="default" disabled={locked} onClick={dialogs.openSpeed}>
            {t("clip.setSpeed")}
          </Button>
        </Group>
      )}
      {track.kind === "video" && keepsSound(timeline, clip) && (
        <Group justify="space-between">
          <Text size="xs">{t("clip.keepsSound")}</Text>
          <Button
            size="compact-xs"
            variant="default"
            disabled={locked}
            onClick={() => void edits.run(playedSound(timeline, clip))}
          >
            {t("clip.playSound")}
          </Button>
        </Group>
      )}
      {track.kind === "video" && (
        <Group grow gap="xs">
          {clip.source.kind !== "title" && (
            <NativeSelect
              size="xs"
              label={t("clip.fit")}
              value={clip.fit ?? "fit"}
              disabled={locked}
              data={FITS.map((value) => ({ value, label: t(`fitting.${value}`) }))}
              onChange={(event) => set({ fit: event.currentTarget.value as Fit })}
            />
          )}
          <NativeSelect
            size="xs"
            label={t("clip.blend")}
            value={clip.blend ?? "normal"}
            disabled={locked}
            data={BLENDS.map((value) => ({ value, label: t(`blending.${value}`) }))}
            onChange={(event) => set({ blend: event.currentTarget.value as Blend })}
          />
        </Group>
      )}
    </Section>
  );
}
