import { Anchor, Group, SimpleGrid, Stack, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useShallow } from "zustand/react/shallow";
import { api, body } from "@/shared/api/client";
import { links } from "@/shared/links";
import { useJobs } from "@/shared/live/jobs";
import { LatestClip } from "./LatestClip";
import { latestOf } from "./latestOf";

const SHOWN = 7;

/** The newest clip, beside the form, so that it is visible without scrolling. */
export function Newest() {
  const { t } = useTranslation("generate");
  useLatestJobs();
  const [id] = useIds();
  if (id === undefined) return null;
  return (
    <Stack component="section" gap="xs" aria-labelledby="newest">
      <Title order={2} size="h5" id="newest">
        {t("latest.newest")}
      </Title>
      <LatestClip key={id} id={id} playing />
      <Group gap="md">
        <Anchor component={Link} to={links.queue} size="sm">
          {t("latest.queue")}
        </Anchor>
        <Anchor component={Link} to={links.outputs} size="sm">
          {t("latest.outputs")}
        </Anchor>
      </Group>
    </Stack>
  );
}

/** The clips before the newest, with previews while they are made and players when they are done. */
export function Earlier() {
  const { t } = useTranslation("generate");
  const [, ...ids] = useIds();
  if (ids.length === 0) return null;
  return (
    <Stack component="section" gap="sm" aria-labelledby="earlier">
      <Title order={2} size="h5" id="earlier">
        {t("latest.earlier")}
      </Title>
      <SimpleGrid
        cols={{ base: 2, sm: 3, lg: 6 }}
        component="ul"
        m={0}
        p={0}
        style={{ listStyle: "none", alignItems: "start" }}
      >
        {ids.map((id) => (
          <li key={id}>
            <LatestClip id={id} />
          </li>
        ))}
      </SimpleGrid>
    </Stack>
  );
}

function useIds(): string[] {
  return useJobs(useShallow(({ byId }) => latestOf(Object.values(byId), SHOWN)));
}

/** Fetches the latest jobs: those that ended before the page was opened come with no live event. */
function useLatestJobs(): void {
  const { data } = useQuery({
    queryKey: ["jobs", "generate", "latest"],
    queryFn: async ({ signal }) =>
      body(await api.GET("/api/v1/jobs", { params: { query: { kind: "generate", limit: 2 * SHOWN } }, signal })).items,
  });
  useEffect(() => {
    if (data) useJobs.getState().put(data);
  }, [data]);
}
