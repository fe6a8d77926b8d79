import { ActionIcon, Checkbox, Group, Stack, Tooltip } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconGripVertical } from "@tabler/icons-react";
import { memo, type Ref, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Job } from "@/shared/live/jobs";
import { useMayWrite } from "@/shared/session";
import { shown, useKeysOf } from "@/shared/shortcuts";
import { StateBadge } from "@/shared/ui/StateBadge";
import { Conditions } from "./Conditions";
import { JobTitle, useTitleOf } from "./JobTitle";
import classes from "./queue.module.css";
import { RowMenu } from "./RowMenu";
import { useDragging } from "./useDragging";

interface Props {
  job: Job;
  index: number;
  count: number;
  start: number;
  chosen: boolean;
  measure: (element: HTMLElement | null) => void;
  choose: (id: string, is: boolean) => void;
  moveBy: (id: string, by: number) => void;
  drop: (id: string, target: string, edge: "top" | "bottom") => void;
}

export const WaitingRow = memo(function WaitingRow(props: Props) {
  const { job, index, count, start, chosen, measure, choose, moveBy, drop } = props;
  const { t } = useTranslation("queue");
  const mayWrite = useMayWrite();
  const row = useRef<HTMLLIElement>(null);
  const handle = useRef<HTMLSpanElement>(null);
  const { edge, dragged } = useDragging(row, handle, job, drop, mayWrite);
  const title = useTitleOf()(job);
  const set = (element: HTMLLIElement | null) => {
    row.current = element;
    measure(element);
  };
  return (
    <li
      ref={set}
      data-index={index}
      data-job={job.id}
      data-edge={edge ?? undefined}
      aria-posinset={index + 1}
      aria-setsize={count}
      className={`${classes.row} ${dragged ? classes.dragged : ""}`}
      style={{ insetBlockStart: start }}
    >
      {mayWrite && (
        <>
          <Handle handle={handle} />
          <Checkbox
            checked={chosen}
            onChange={(event) => choose(job.id, event.currentTarget.checked)}
            aria-label={t("act.of", { act: t("act.select"), title })}
            data-control="select"
          />
        </>
      )}
      <Stack gap={2} miw={0} style={mayWrite ? undefined : { gridColumn: "1 / -1" }}>
        <Group gap="xs" wrap="nowrap">
          <StateBadge state={job.state} />
          <JobTitle job={job} />
        </Group>
        <Conditions job={job} />
      </Stack>
      {mayWrite && (
        <Group gap={4} wrap="nowrap" className={classes.buttons ?? ""}>
          <Mover by={-1} title={title} disabled={index === 0} move={() => moveBy(job.id, -1)} />
          <Mover by={1} title={title} disabled={index === count - 1} move={() => moveBy(job.id, 1)} />
          <RowMenu job={job} title={title} />
        </Group>
      )}
    </li>
  );
});

/** For the pointer only; buttons and shortcuts do the same. */
function Handle({ handle }: { handle: Ref<HTMLSpanElement> }) {
  return (
    <span ref={handle} className={classes.handle} aria-hidden>
      <IconGripVertical size={18} stroke={1.5} color="var(--mantine-color-dimmed)" />
    </span>
  );
}

function Mover({ by, title, disabled, move }: { by: 1 | -1; title: string; disabled: boolean; move: () => void }) {
  const { t } = useTranslation("queue");
  const keys = shown(useKeysOf(by < 0 ? "moveUp" : "moveDown"));
  const name = t(by < 0 ? "move.up" : "move.down");
  const Icon = by < 0 ? IconArrowUp : IconArrowDown;
  return (
    <Tooltip label={`${name} (${keys})`} openDelay={500}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        aria-disabled={disabled}
        style={disabled ? { opacity: 0.35 } : undefined}
        onClick={move}
        aria-label={t("act.of", { act: name, title })}
        data-control={by < 0 ? "up" : "down"}
      >
        <Icon size={18} stroke={1.6} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}
