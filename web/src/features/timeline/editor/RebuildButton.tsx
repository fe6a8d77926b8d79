import { Badge, Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconRefresh } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { duration } from "@/shared/format";
import { LIVE, useJobs } from "@/shared/live/jobs";
import { tellFault } from "@/shared/tell";
import { heldUp } from "../model/shots";
import { rebuild, rebuildTime } from "../server/calls";
import { useFilm } from "../state/film";

interface Props {
  /** These shots instead of all stale and unmade ones without a take to accept. */
  shots?: readonly string[];
}

/** Makes new takes of shots, showing how long that takes; renders nothing if all takes are current. */
export function RebuildButton({ shots }: Props) {
  const { t } = useTranslation("timeline");
  const { t: shared } = useTranslation("shared");
  const { answer, project } = useFilm();
  const held = heldUp(project.shots, answer.to_accept);
  const wanted =
    shots ?? [...answer.stale, ...answer.unmade].filter((shot) => !(shot in answer.to_accept || held.has(shot)));
  const making = useJobs(
    ({ byId }) => Object.values(byId).filter(({ batch, state }) => batch === answer.id && LIVE.includes(state)).length,
  );
  const time = useRebuildTime(wanted);
  const building = useMutation({
    mutationFn: () => rebuild(answer.id, wanted),
    onError: tellFault,
    onSuccess: ({ items, seconds }) => {
      useJobs.getState().put(items);
      const queued = t("rebuild.queued", { count: items.length });
      const about = seconds === null ? [] : [t("rebuild.about", { time: duration(seconds, shared) })];
      notifications.show({ message: [queued, ...about].join(", "), color: "teal" });
    },
  });
  if (wanted.length === 0) return null;
  return (
    <Button
      size="compact-md"
      variant="light"
      leftSection={<IconRefresh size={16} aria-hidden />}
      rightSection={
        time === null ? null : (
          <Badge variant="transparent" tt="none" px={0}>
            {duration(time, shared)}
          </Badge>
        )
      }
      loading={building.isPending}
      disabled={shots === undefined ? making > 0 : shots.every((shot) => held.has(shot))}
      onClick={() => building.mutate()}
    >
      {shots !== undefined
        ? t("rebuild.one")
        : making > 0
          ? t("rebuild.queued", { count: making })
          : t("rebuild.all", { count: wanted.length })}
    </Button>
  );
}

/** Null until known, or where the server cannot tell. */
function useRebuildTime(wanted: readonly string[]): number | null {
  const { answer } = useFilm();
  const { data } = useQuery({
    queryKey: ["projects", answer.id, "rebuild", answer.version, wanted.join()],
    queryFn: ({ signal }) => rebuildTime(answer.id, wanted, signal),
    enabled: wanted.length > 0,
    retry: false,
    staleTime: 60_000,
  });
  return data ?? null;
}
