import { ActionIcon, Card, Group, SimpleGrid, Text } from "@mantine/core";
import { IconStar, IconStarFilled } from "@tabler/icons-react";
import { type KeyboardEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { links } from "@/shared/links";
import { type Job, madeBy } from "@/shared/live/jobs";
import { useShortcut } from "@/shared/shortcuts";
import { JobPreview } from "@/shared/ui/JobPreview";
import { JobProgress } from "@/shared/ui/JobProgress";
import { StateBadge } from "@/shared/ui/StateBadge";
import { seedOf, step } from "./batch";
import { FinalClip } from "./FinalClip";

const COLUMNS = {
  small: { base: 2, sm: 4, lg: 6 },
  medium: { base: 1, xs: 2, md: 3, xl: 4 },
  large: { base: 1, md: 2 },
};

interface Props {
  jobs: Job[];
  starred: readonly string[];
  size: keyof typeof COLUMNS;
  /** Missing for users who may not write. */
  star?: (id: string) => void;
}

/** The drafts as a grid with arrow-key navigation; the star shortcut acts on the focused one. */
export function Cards({ jobs, starred, size, star }: Props) {
  const { t } = useTranslation("sheet");
  const [at, setAt] = useState(0);
  const grid = useRef<HTMLDivElement>(null);
  const focused = Math.min(at, jobs.length - 1);
  useShortcut(
    "star",
    () => {
      const job = jobs[focused];
      if (job !== undefined && grid.current?.contains(document.activeElement)) star?.(job.id);
    },
    star !== undefined,
  );

  const move = (event: KeyboardEvent) => {
    const next = step(focused, event.key, jobs.length, columnsOf(grid.current));
    if (next === focused) return;
    event.preventDefault();
    setAt(next);
    cardsOf(grid.current)[next]?.focus();
  };

  return (
    <SimpleGrid ref={grid} cols={COLUMNS[size]} role="list" aria-label={t("cards")} onKeyDown={move}>
      {jobs.map((job, index) => (
        <Card
          key={job.id}
          role="listitem"
          withBorder
          padding="xs"
          data-card
          tabIndex={index === focused ? 0 : -1}
          aria-label={t("card", { seed: seedOf(job) })}
          onFocus={() => setAt(index)}
        >
          <Card.Section>{job.state === "succeeded" ? <FinalClip job={job} /> : <JobPreview job={job} />}</Card.Section>
          <Group justify="space-between" mt="xs" wrap="nowrap">
            <Group gap="xs">
              <Text size="sm">{t("seed", { seed: seedOf(job) })}</Text>
              <StateBadge state={job.state} />
            </Group>
            {star !== undefined && (
              <Star on={starred.includes(job.id)} seed={seedOf(job)} toggle={() => star(job.id)} />
            )}
          </Group>
          {job.state === "running" && <JobProgress job={job} />}
          {job.error !== null && <Text size="xs">{job.error.message}</Text>}
          {job.state === "succeeded" && <ToClip job={job} />}
        </Card>
      ))}
    </SimpleGrid>
  );
}

function Star({ on, seed, toggle }: { on: boolean; seed: number; toggle: () => void }) {
  const { t } = useTranslation("sheet");
  return (
    <ActionIcon variant="subtle" aria-pressed={on} aria-label={t("star", { seed })} onClick={toggle}>
      {on ? <IconStarFilled size={18} aria-hidden /> : <IconStar size={18} stroke={1.6} aria-hidden />}
    </ActionIcon>
  );
}

function ToClip({ job }: { job: Job }) {
  const { t } = useTranslation("sheet");
  const id = madeBy(job);
  return id !== null ? (
    <Text component={Link} to={links.clip(id)} size="sm">
      {t("open")}
    </Text>
  ) : null;
}

function cardsOf(grid: HTMLElement | null): HTMLElement[] {
  return [...(grid?.querySelectorAll<HTMLElement>("[data-card]") ?? [])];
}

/** Number of cards in the first row at the current width. */
function columnsOf(grid: HTMLElement | null): number {
  const cards = cardsOf(grid);
  const top = cards[0]?.offsetTop;
  return Math.max(1, cards.filter((card) => card.offsetTop === top).length);
}
