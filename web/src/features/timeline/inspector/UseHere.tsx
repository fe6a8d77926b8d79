import { Anchor, Button, Group } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { type Asset, useAsset } from "@/shared/library";
import { links } from "@/shared/links";
import type { MediaSource } from "../model/project";
import { useFilm } from "../state/film";

/** Offers to replace the clip by its repaired version from the library, as one undoable edit. */
export function UseHere({ asset, clip, locked }: { asset: string; clip: string; locked: boolean }) {
  const { t } = useTranslation("timeline");
  const { edits } = useFilm();
  const { data } = useAsset(asset);
  return (
    <Group justify="space-between">
      <Anchor component={Link} size="xs" to={links.clip(asset)}>
        {t("colours.made")}
      </Anchor>
      <Button
        size="compact-xs"
        variant="default"
        disabled={locked || data === undefined}
        onClick={() => data && void edits.run([{ edit: "set_source", clip, source: sourceOf(data) }])}
      >
        {t("colours.use")}
      </Button>
    </Group>
  );
}

/** A library video as the source of a clip. */
function sourceOf({ id, sha256, name, facts }: Asset): MediaSource {
  return {
    ...{ kind: "video", asset: id, sha256, name },
    ...{ frame_count: Number(facts.frame_count), rate: String(facts.frame_rate), has_sound: Boolean(facts.sound) },
    ...{ width: Number(facts.width), height: Number(facts.height) },
  };
}
