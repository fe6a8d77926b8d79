import { Button, Menu } from "@mantine/core";
import { IconDots, IconMovie, IconPencil, IconShare, IconTrash, IconWand, IconZoomIn } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useSearchParams } from "react-router";
import type { Schemas } from "@/shared/api/client";
import { links } from "@/shared/links";
import type { Job } from "@/shared/live/jobs";
import { useSession } from "@/shared/session";
import { useShortcut } from "@/shared/shortcuts";
import { tellFault } from "@/shared/tell";
import { useChanges } from "../library/useChanges";
import { NameDialog } from "../NameDialog";
import { ShareDialog } from "./ShareDialog";
import { UpscaleDialog } from "./UpscaleDialog";
import { makeProxy } from "./useClipJobs";

interface Props {
  asset: Schemas["AssetAnswer"];
  submitted: (job: Job) => void;
  /** Opens the dialog for filters. */
  treat: () => void;
}

export function MoreActions({ asset, submitted, treat }: Props) {
  const { t } = useTranslation("outputs");
  const { t: ts } = useTranslation("shared");
  const accounts = useSession((session) => session.status === "signed-in");
  const changes = useChanges();
  const [renaming, setRenaming] = useState(false);
  const [sharing, setSharing] = useState(false);
  const [upscaling, setUpscaling] = useState(false);
  const trash = useTrash(asset);
  const begin = (asked: Promise<Job[]>) => void asked.then((jobs) => jobs.forEach(submitted), tellFault);
  const video = asset.kind === "video";
  return (
    <>
      <Menu position="bottom-end" withinPortal={false}>
        <Menu.Target>
          <Button variant="default" leftSection={<IconDots size={18} aria-hidden />}>
            {ts("more")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {video && (
            <Menu.Item leftSection={<IconZoomIn size={16} aria-hidden />} onClick={() => setUpscaling(true)}>
              {t("act.upscale")}
            </Menu.Item>
          )}
          {video && (
            <Menu.Item leftSection={<IconWand size={16} aria-hidden />} onClick={treat}>
              {t("act.treat")}
            </Menu.Item>
          )}
          {video && (
            <Menu.Item leftSection={<IconMovie size={16} aria-hidden />} onClick={() => begin(makeProxy(asset.id))}>
              {t("act.proxy")}
            </Menu.Item>
          )}
          {video && <Menu.Divider role="separator" />}
          <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={() => setRenaming(true)}>
            {t("act.rename")}
          </Menu.Item>
          {accounts && (
            <Menu.Item leftSection={<IconShare size={16} aria-hidden />} onClick={() => setSharing(true)}>
              {t("act.share")}
            </Menu.Item>
          )}
          {asset.trashed_at === null && (
            <Menu.Item leftSection={<IconTrash size={16} aria-hidden />} onClick={trash}>
              {t("act.trash")}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <NameDialog
        opened={renaming}
        title={t("act.rename")}
        label={t("fact.name")}
        name={asset.name}
        longest={200}
        keep={(name) => changes.rename(asset.id, asset.name, name)}
        close={() => setRenaming(false)}
      />
      {upscaling && <UpscaleDialog asset={asset} submitted={submitted} close={() => setUpscaling(false)} />}
      {accounts && <ShareDialog asset={asset.id} opened={sharing} close={() => setSharing(false)} />}
    </>
  );
}

/** Moves the clip to the trash and returns to the list, where this can be undone. */
function useTrash(asset: Schemas["AssetAnswer"]): () => void {
  const changes = useChanges();
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const query = params.toString();
  const trashing = useMutation({ mutationFn: () => changes.trash([asset.id]) });
  const leave = (done: boolean) => {
    if (done) void navigate(query === "" ? links.outputs : `${links.outputs}?${query}`);
  };
  const trash = () => trashing.mutate(undefined, { onSuccess: leave }); // not called if the user has left
  useShortcut("remove", trash, asset.trashed_at === null);
  return trash;
}
