import { Button, Group } from "@mantine/core";
import {
  IconArrowsShuffle,
  IconDownload,
  IconFolderPlus,
  IconPlayerTrackNext,
  IconRefresh,
  IconStar,
  IconStarFilled,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Schemas } from "@/shared/api/client";
import { links } from "@/shared/links";
import type { Job } from "@/shared/live/jobs";
import { useMayWrite } from "@/shared/session";
import { useShortcut } from "@/shared/shortcuts";
import { BoardMenu } from "../BoardMenu";
import { download } from "../library/download";
import { useChanges } from "../library/useChanges";
import { MoreActions } from "./MoreActions";

interface Props {
  asset: Schemas["AssetAnswer"];
  submitted: (job: Job) => void;
  treat: () => void;
}

/** Actions on the clip: making the next one first, then those on the file itself. */
export function Actions({ asset, submitted, treat }: Props) {
  const { t } = useTranslation("outputs");
  const mayWrite = useMayWrite();
  const changes = useChanges();
  const favourite = () => void changes.favourite([asset.id], !asset.favourite);
  useShortcut("favourite", favourite, mayWrite);
  return (
    <Group gap="xs">
      {mayWrite && <Remake asset={asset} />}
      {mayWrite && (
        <>
          <Button
            variant="default"
            aria-pressed={asset.favourite}
            leftSection={
              asset.favourite ? <IconStarFilled size={18} aria-hidden /> : <IconStar size={18} aria-hidden />
            }
            onClick={favourite}
          >
            {t("act.favourite")}
          </Button>
          <BoardMenu assets={[asset]}>
            <Button variant="default" leftSection={<IconFolderPlus size={18} aria-hidden />}>
              {t("act.boards")}
            </Button>
          </BoardMenu>
        </>
      )}
      <Button
        variant="default"
        leftSection={<IconDownload size={18} aria-hidden />}
        onClick={() => void download([asset])}
      >
        {t("act.download")}
      </Button>
      {mayWrite && <MoreActions asset={asset} submitted={submitted} treat={treat} />}
    </Group>
  );
}

/** Links to the form, filled from this clip's recipe. */
function Remake({ asset }: Pick<Props, "asset">) {
  const { t } = useTranslation("outputs");
  const recipe = asset.recipe ?? asset.claimed_recipe;
  return (
    <>
      {recipe !== null && (
        <>
          <Button component={Link} to={links.again(asset.id)} leftSection={<IconRefresh size={18} aria-hidden />}>
            {t("act.again")}
          </Button>
          <Button
            variant="default"
            component={Link}
            to={links.again(asset.id, "vary")}
            leftSection={<IconArrowsShuffle size={18} aria-hidden />}
          >
            {t("act.vary")}
          </Button>
        </>
      )}
      {asset.kind === "video" && (
        <Button
          variant="default"
          component={Link}
          to={links.again(asset.id, "extend")}
          leftSection={<IconPlayerTrackNext size={18} aria-hidden />}
        >
          {t("act.extend")}
        </Button>
      )}
    </>
  );
}
