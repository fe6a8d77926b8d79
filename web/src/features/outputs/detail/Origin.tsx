import { Anchor, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Schemas } from "@/shared/api/client";
import { links } from "@/shared/links";
import { called } from "./enlargements";
import type { StageName } from "./treatment";

type From = { clip: string } & ({ scale: number; resolution: string | null; method: string } | { stages: string[] });

/** The clip that this one was upscaled or filtered from; null for every other file. */
export function originOf({ facts }: Schemas["AssetAnswer"]): From | null {
  if (typeof facts.upscaled_from === "string")
    return {
      clip: facts.upscaled_from,
      scale: Number(facts.scale),
      resolution: typeof facts.resolution === "string" ? called(facts.resolution) : null,
      method: String(facts.method),
    };
  if (typeof facts.treated_from === "string")
    return { clip: facts.treated_from, stages: Object.keys((facts.treatment as object | undefined) ?? {}) };
  return null;
}

export function Origin({ origin }: { origin: From }) {
  const { t } = useTranslation("outputs");
  const told =
    "scale" in origin
      ? t(origin.resolution ? "madeFrom.enlargedTo" : "madeFrom.enlarged", {
          scale: origin.scale,
          resolution: origin.resolution,
          method: origin.method === "lanczos" ? t("madeFrom.lanczos") : origin.method,
        })
      : t("madeFrom.treated", { stages: origin.stages.map((stage) => t(`treat.${stage as StageName}`)).join(", ") });
  return (
    <Stack gap="xs" component="section" aria-label={t("madeFrom.title")}>
      <Title order={2} size="h4">
        {t("madeFrom.title")}
      </Title>
      <Text size="sm" style={{ overflowWrap: "anywhere" }}>
        {told}
      </Text>
      <Anchor component={Link} size="sm" to={links.clip(origin.clip)}>
        {t("madeFrom.source")}
      </Anchor>
    </Stack>
  );
}
