import { ActionIcon, Group, Menu, UnstyledButton } from "@mantine/core";
import {
  IconDotsVertical,
  IconEye,
  IconEyeOff,
  IconHeadphones,
  IconLock,
  IconLockOpen,
  IconVolume,
  IconVolumeOff,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Act } from "../editor/Act";
import { editor, useEditor } from "../state/editor";
import { useFilm } from "../state/film";
import type { Row } from "./layout";
import classes from "./Timeline.module.css";
import { useTrackName } from "./useTrackName";

/** A track's name with its mute, solo and lock buttons. */
export function TrackHead({ row: { track, height } }: { row: Row }) {
  const { t } = useTranslation("timeline");
  const { edits, mayWrite } = useFilm();
  const chosen = useEditor((state) => state.track === track.id);
  const name = useTrackName()(track);
  const set = (change: { muted?: boolean; solo?: boolean; locked?: boolean }) =>
    void edits.run([{ edit: "set_track", track: track.id, ...change }]);
  const sound = track.kind === "audio";
  const [On, Off] = sound ? [IconVolume, IconVolumeOff] : [IconEye, IconEyeOff];
  return (
    <div className={classes.head} style={{ height }} {...(chosen ? { "data-chosen": true } : {})}>
      <Group gap={2} wrap="nowrap">
        <UnstyledButton
          className={classes.name}
          title={name}
          aria-pressed={chosen}
          onClick={() => editor.set({ track: track.id })}
        >
          {name}
        </UnstyledButton>
        {mayWrite && (
          <>
            <Act
              small
              label={t(sound ? "track.mute" : "track.hide", { track: name })}
              Icon={track.muted ? Off : On}
              pressed={track.muted ?? false}
              act={() => set({ muted: !track.muted })}
            />
            <Act
              small
              label={t("track.solo", { track: name })}
              Icon={IconHeadphones}
              pressed={track.solo ?? false}
              act={() => set({ solo: !track.solo })}
            />
            <Act
              small
              label={t("track.lock", { track: name })}
              Icon={track.locked ? IconLock : IconLockOpen}
              pressed={track.locked ?? false}
              act={() => set({ locked: !track.locked })}
            />
            <TrackMenu row={{ track, height, y: 0 }} name={name} />
          </>
        )}
      </Group>
    </div>
  );
}

function TrackMenu({ row: { track }, name }: { row: Row; name: string }) {
  const { t } = useTranslation("timeline");
  const { edits, timeline } = useFilm();
  const at = timeline.tracks.findIndex((one) => one.id === track.id);
  const move = (index: number) => void edits.run([{ edit: "move_track", track: track.id, index }]);
  return (
    <Menu position="right-start" closeOnItemClick>
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          c="var(--mantine-color-text)"
          size="sm"
          aria-label={t("track.more", { track: name })}
        >
          <IconDotsVertical size={15} stroke={1.6} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item disabled={at >= timeline.tracks.length - 1} onClick={() => move(at + 1)}>
          {t("track.up")}
        </Menu.Item>
        <Menu.Item disabled={at <= 0} onClick={() => move(at - 1)}>
          {t("track.down")}
        </Menu.Item>
        <Menu.Item color="red" onClick={() => void edits.run([{ edit: "remove_track", track: track.id }])}>
          {t("track.remove")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
