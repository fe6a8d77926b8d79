import { Badge } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { JobState } from "@/shared/live/jobs";

const COLORS: Record<JobState, string> = {
  scheduled: "gray",
  queued: "gray",
  dispatched: "dusk",
  running: "dusk",
  finalizing: "dusk",
  paused: "yellow",
  draft: "grape",
  succeeded: "teal",
  failed: "red",
  cancelled: "gray",
  expired: "gray",
};

export function StateBadge({ state }: { state: JobState }) {
  const { t } = useTranslation("shared");
  return (
    <Badge variant="light" color={COLORS[state]} tt="none" autoContrast flex="none">
      {t(`state.${state}`)}
    </Badge>
  );
}
