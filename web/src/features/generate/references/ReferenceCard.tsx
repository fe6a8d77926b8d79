import { Button, Group, Skeleton, Stack, Text } from "@mantine/core";
import { IconCrop, IconMovie, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useClip } from "../clip";
import type { Asset, Reference, Role } from "../form/types";
import { useReferenced } from "../server/queries";
import { isPicture } from "./kinds";
import classes from "./references.module.css";
import { openDialog, remove } from "./work";

/** A chosen reference and its actions. */
export function ReferenceCard({ role, reference }: { role: Role; reference: Reference }) {
  const { t } = useTranslation("generate");
  const { model } = useClip();
  const { data: asset, isError } = useReferenced(reference);
  const name = asset?.name || reference.name || t("reference.ofRecipe");
  return (
    <Stack gap="xs" w="100%">
      {asset !== null && !isError && <Shown asset={asset} />}
      <Text size="sm" style={{ overflowWrap: "anywhere" }}>
        {name}
      </Text>
      {isError && <Text size="sm">{t("reference.gone")}</Text>}
      {reference.asset === null && (
        <Text size="xs" c="dimmed">
          {t("reference.byContent")}
        </Text>
      )}
      <Group gap={6}>
        {isPicture(role) && asset && reference.asset && (
          <Action Icon={IconCrop} label={t("crop.button")} act={() => openDialog({ kind: "crop", role })} />
        )}
        {role === "video" && asset && model.accepts.includes("image") && (
          <Action
            Icon={IconMovie}
            label={t("frame.button")}
            act={() => openDialog({ kind: "frame", role: "image", source: asset.urls.file, name: asset.name })}
          />
        )}
        <Action Icon={IconTrash} label={t("reference.remove")} act={() => remove(role, model)} />
      </Group>
    </Stack>
  );
}

function Action({ Icon, label, act }: { Icon: typeof IconCrop; label: string; act: () => void }) {
  return (
    <Button size="compact-xs" variant="default" leftSection={<Icon size={14} stroke={1.6} aria-hidden />} onClick={act}>
      {label}
    </Button>
  );
}

function Shown({ asset }: { asset: Asset | undefined }) {
  const { t } = useTranslation("generate");
  if (asset === undefined) return <Skeleton h={120} />;
  if (asset.kind === "audio") {
    // biome-ignore lint/a11y/useMediaCaption: an uploaded voice has no captions
    return <audio className={classes.sound} src={asset.urls.file} controls aria-label={asset.name} />;
  }
  if (asset.kind === "video") {
    return (
      <video
        className={classes.shown}
        src={asset.urls.file}
        poster={asset.urls.poster ?? undefined}
        controls
        muted
        preload="none"
        aria-label={asset.name}
      />
    );
  }
  return (
    <img
      className={classes.shown}
      src={asset.urls.thumbnail ?? asset.urls.file}
      alt={t("reference.alt", { name: asset.name })}
    />
  );
}
