import { Button, ColorInput, Group, NativeSelect, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Section } from "@/shared/ui/Section";
import type { Edge } from "../model/commands";
import { cutsAt } from "../model/finding";
import type { Clip, Direction, Transition, TransitionKind } from "../model/project";
import { useFilm } from "../state/film";
import { CommitNumber } from "./Commit";

const KINDS: readonly TransitionKind[] = ["dissolve", "dip", "wipe"];
const WAYS: readonly Direction[] = ["right", "left", "down", "up"];

/** The transitions at the clip's beginning and end. */
export function TransitionParts({ clip, locked }: { clip: Clip; locked: boolean }) {
  const { timeline } = useFilm();
  return cutsAt(timeline, clip.id).map(
    ({ track, left, transition }) =>
      transition && (
        <TransitionPart
          key={transition.id}
          transition={transition}
          kinds={track.kind === "audio" ? KINDS.slice(0, 1) : KINDS}
          edge={left.id === clip.id ? "tail" : "head"}
          locked={locked}
        />
      ),
  );
}

interface Props {
  transition: Transition;
  kinds: readonly TransitionKind[];
  /** Where it is in the clip that is shown. */
  edge: Edge;
  locked: boolean;
}

function TransitionPart({ transition, kinds, edge, locked }: Props) {
  const { t } = useTranslation("timeline");
  const { edits } = useFilm();
  const set = (change: Partial<Transition>) =>
    void edits.runOn(({ timeline: { tracks } }) => {
      const now = tracks.flatMap(({ transitions = [] }) => transitions).find(({ id }) => id === transition.id);
      return now === undefined ? [] : [{ edit: "set_transition", ...now, ...change }];
    });
  return (
    <Section small title={t(`transition.${edge}`)}>
      <Stack gap="xs">
        <NativeSelect
          size="xs"
          label={t("transition.kind")}
          value={transition.kind}
          disabled={locked}
          data={kinds.map((value) => ({ value, label: t(`transition.${value}`) }))}
          onChange={(event) => set({ kind: event.currentTarget.value as TransitionKind })}
        />
        <Group grow gap="xs">
          {(["before", "after"] as const).map((side) => (
            <CommitNumber
              key={side}
              label={t(`transition.${side}`)}
              value={transition[side]}
              min={0}
              allowDecimal={false}
              disabled={locked}
              commit={(frames) => set({ [side]: frames })}
            />
          ))}
        </Group>
        {transition.kind === "wipe" && (
          <NativeSelect
            size="xs"
            label={t("transition.direction")}
            value={transition.direction ?? "right"}
            disabled={locked}
            data={WAYS.map((value) => ({ value, label: t(`direction.${value}`) }))}
            onChange={(event) => set({ direction: event.currentTarget.value as Direction })}
          />
        )}
        {transition.kind === "dip" && (
          <ColorInput
            size="xs"
            label={t("transition.colour")}
            value={transition.colour ?? "#000000"}
            disabled={locked}
            format="hex"
            withEyeDropper={false}
            onChangeEnd={(colour) => set({ colour })}
          />
        )}
        <Button
          size="compact-xs"
          variant="default"
          disabled={locked}
          onClick={() => void edits.run([{ edit: "clear_transition", transition: transition.id }])}
        >
          {t("transition.clear")}
        </Button>
      </Stack>
    </Section>
  );
}
