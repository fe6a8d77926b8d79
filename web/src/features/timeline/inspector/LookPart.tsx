import { Group, Stack, Switch, Text } from "@mantine/core";
import { IconChevronDown, IconChevronUp, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Section } from "@/shared/ui/Section";
import { Act } from "../editor/Act";
import type { Command } from "../model/commands";
import { kindOf, type LookField, movedNode, NODE_FIELDS, numbersOf, withNumber } from "../model/looks";
import type { LookNode, Timeline } from "../model/project";
import { useFilm } from "../state/film";
import { AddNode } from "./AddNode";
import { CommitSlider } from "./Commit";
import { CurvesPart } from "./CurvesPart";
import classes from "./Inspector.module.css";

const COLOURS = ["red", "green", "blue"] as const;
const MOST_NODES = 64;

interface Props {
  look: readonly LookNode[];
  locked: boolean;
  /** The same look in another state of the timeline. */
  lookOf: (timeline: Timeline) => readonly LookNode[];
  /** The edit that replaces the look. */
  command: (look: LookNode[]) => Command;
}

/** The chain of nodes that grades a picture, applied from top to bottom. */
export function LookPart({ look, locked, lookOf, command }: Props) {
  const { t } = useTranslation("timeline");
  const { edits } = useFilm();
  const set = (next: (now: readonly LookNode[]) => LookNode[]) =>
    edits.runOn(({ timeline }) => [command(next(lookOf(timeline)))]);
  return (
    <Section small title={t("look.title")}>
      {look.map((node, index) => (
        <NodeView
          // biome-ignore lint/suspicious/noArrayIndexKey: a node is identified by its index
          key={`${index}-${node.kind}`}
          node={node}
          locked={locked}
          change={(changed) => set((now) => now.map((one, at) => (at === index ? changed(one) : one)))}
          remove={() => void set((now) => now.toSpliced(index, 1))}
          up={index > 0 ? () => void set((now) => movedNode(now, index, index - 1)) : null}
          down={index < look.length - 1 ? () => void set((now) => movedNode(now, index, index + 1)) : null}
        />
      ))}
      {!locked && look.length < MOST_NODES && <AddNode add={(...nodes) => void set((now) => [...now, ...nodes])} />}
    </Section>
  );
}

/** Changes a node; `changed` gets it as it is when the edit's turn comes. */
type Change = (changed: (now: LookNode) => LookNode) => Promise<unknown>;

interface NodeProps {
  node: LookNode;
  locked: boolean;
  change: Change;
  remove: () => void;
  up: (() => void) | null;
  down: (() => void) | null;
}

function NodeView({ node, locked, change, remove, up, down }: NodeProps) {
  const { t } = useTranslation("timeline");
  const kind = kindOf(node);
  const name = kind === null ? node.kind : t(`node.${kind}`);
  return (
    <Stack gap={6} className={classes.node ?? ""} role="group" aria-label={name}>
      <Group justify="space-between" wrap="nowrap" gap={2}>
        <Switch
          size="xs"
          label={name}
          checked={node.enabled ?? true}
          disabled={locked}
          onChange={({ currentTarget: { checked: enabled } }) => void change((now) => ({ ...now, enabled }))}
        />
        {!locked && (
          <Group gap={0} wrap="nowrap">
            <Act small label={t("look.up", { name })} Icon={IconChevronUp} disabled={up === null} act={() => up?.()} />
            <Act
              small
              label={t("look.down", { name })}
              Icon={IconChevronDown}
              disabled={down === null}
              act={() => down?.()}
            />
            <Act small label={t("look.remove", { name })} Icon={IconX} act={remove} />
          </Group>
        )}
      </Group>
      {kind === null ? (
        <Text size="xs" c="dimmed">
          {t("look.elsewhere")}
        </Text>
      ) : (
        NODE_FIELDS[kind].map((field) => (
          <FieldSliders key={field.name} node={node} field={field} locked={locked} change={change} />
        ))
      )}
      {kind === "curves" && <CurvesPart node={node} locked={locked} change={(node) => change(() => node)} />}
      <CommitSlider
        label={t("look.mix")}
        value={node.mix ?? 1}
        least={0}
        most={1}
        step={0.01}
        disabled={locked}
        commit={(mix) => void change((now) => ({ ...now, mix }))}
      />
    </Stack>
  );
}

interface FieldProps {
  node: LookNode;
  field: LookField;
  locked: boolean;
  change: Change;
}

function FieldSliders({ node, field, locked, change }: FieldProps) {
  const { t } = useTranslation("timeline");
  const label = t(`value.${field.name as ValueName}`);
  return numbersOf(node, field).map((value, index) => {
    const colour = COLOURS[index] ?? "red";
    return (
      <CommitSlider
        key={colour}
        label={field.colours ? t("look.of", { label, colour: t(`colour.${colour}`) }) : label}
        value={value}
        least={field.least}
        most={field.most}
        step={field.step}
        disabled={locked}
        {...(field.colours ? { colour } : {})}
        commit={(next) => void change((now) => withNumber(now, field, index, next))}
      />
    );
  });
}

type ValueName =
  | "stops"
  | "amount"
  | "pivot"
  | "warmth"
  | "tint"
  | "lift"
  | "gamma"
  | "gain"
  | "slope"
  | "offset"
  | "power"
  | "saturation"
  | "strength";
