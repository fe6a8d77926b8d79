import { Button, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconPlayerTrackNext } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { links } from "@/shared/links";
import { useMayWrite } from "@/shared/session";
import { EmptyState } from "@/shared/ui/EmptyState";
import { FaultNote } from "@/shared/ui/FaultNote";
import { BulkBar } from "./BulkBar";
import { useLineLoaded, useWaiting } from "./live";
import { WaitingList } from "./WaitingList";

/** The waiting jobs in the order of the queue. */
export function Waiting() {
  const { t } = useTranslation("queue");
  const loaded = useLineLoaded();
  const line = useWaiting();
  const mayWrite = useMayWrite();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const ids = line.filter((job) => chosen.has(job.id)).map((job) => job.id);

  const choose = (id: string, is: boolean) =>
    setChosen((before) => new Set(is ? [...before, id] : [...before].filter((one) => one !== id)));

  return (
    <Stack gap="sm" component="section" aria-labelledby="waiting">
      <Group justify="space-between" mih={34}>
        <Title order={2} size="h4" id="waiting">
          {t("waiting.title")}
          {line.length > 0 && (
            <Text span c="dimmed" fw={400} ms="xs">
              {t("waiting.count", { count: line.length })}
            </Text>
          )}
        </Title>
        {mayWrite && (
          <BulkBar
            line={line}
            chosen={ids}
            chooseAll={() => setChosen(new Set(line.map((job) => job.id)))}
            chooseNone={() => setChosen(new Set())}
          />
        )}
      </Group>
      {loaded.isError && <FaultNote error={loaded.error} retry={loaded.refetch} />}
      {loaded.isPending && line.length === 0 ? (
        <Lines />
      ) : line.length === 0 ? (
        !loaded.isError && <Nothing />
      ) : (
        <WaitingList line={line} chosen={chosen} choose={choose} />
      )}
    </Stack>
  );
}

function Lines() {
  const { t } = useTranslation("shared");
  return (
    <Stack gap="xs" role="status" aria-label={t("loading")}>
      {["a", "b", "c"].map((one) => (
        <Skeleton key={one} height={56} />
      ))}
    </Stack>
  );
}

function Nothing() {
  const { t } = useTranslation("queue");
  const mayWrite = useMayWrite();
  return (
    <EmptyState Icon={IconPlayerTrackNext} text={t(mayWrite ? "waiting.none" : "waiting.noneToSee")}>
      {mayWrite && (
        <Button component={Link} to={links.generate}>
          {t("waiting.toGenerate")}
        </Button>
      )}
    </EmptyState>
  );
}
