import { ActionIcon, NativeSelect, Slider, Tooltip } from "@mantine/core";
import {
  type Icon,
  IconMaximize,
  IconMinimize,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerSkipBack,
  IconPlayerSkipForward,
  IconRepeat,
  IconVolume,
  IconVolumeOff,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { number } from "@/shared/format";
import { type ShortcutName, shown, useKeysOf } from "@/shared/shortcuts";
import classes from "./Player.module.css";
import { clock, type Timing } from "./timecode";
import { type Playback, SPEEDS } from "./usePlayback";

interface Props {
  playback: Pick<Playback, "playing" | "toggle" | "step" | "loop" | "setLoop" | "speed" | "setSpeed"> &
    Partial<Pick<Playback, "volume" | "setVolume" | "muted" | "setMuted">>;
  frame: number;
  timing: Timing;
  sound: boolean;
  full?: boolean;
  toggleFull?: () => void;
}

export function Controls({ playback, frame, timing, sound, full = false, toggleFull }: Props) {
  const { t } = useTranslation("shared");
  const { playing, loop, speed } = playback;
  const time = clock(frame / timing.rate);
  return (
    <div className={classes.controls}>
      <Control label={t("player.back")} keys="frameBack" Icon={IconPlayerSkipBack} act={() => playback.step(-1)} />
      <Control
        label={t(playing ? "player.pause" : "player.play")}
        keys="playPause"
        Icon={playing ? IconPlayerPause : IconPlayerPlay}
        act={playback.toggle}
      />
      <Control label={t("player.on")} keys="frameForward" Icon={IconPlayerSkipForward} act={() => playback.step(1)} />
      <span className={classes.time}>{t("player.frame", { time, frame: frame + 1, frames: timing.frames })}</span>
      <Control
        label={t("player.loop")}
        keys="loop"
        Icon={IconRepeat}
        pressed={loop}
        act={() => playback.setLoop(!loop)}
      />
      <NativeSelect
        size="xs"
        w={82}
        aria-label={t("player.speed")}
        value={String(speed)}
        onChange={(event) => playback.setSpeed(Number(event.currentTarget.value))}
        data={SPEEDS.map((one) => ({
          value: String(one),
          label: t("player.times", { speed: number(one, one % 1 === 0 ? 0 : one % 0.5 === 0 ? 1 : 2) }),
        }))}
      />
      {sound && <Sound playback={playback} />}
      {toggleFull && (
        <Control
          label={t(full ? "player.leaveFullscreen" : "player.fullscreen")}
          Icon={full ? IconMinimize : IconMaximize}
          act={toggleFull}
        />
      )}
    </div>
  );
}

function Sound({ playback: { volume = 1, muted = false, setVolume, setMuted } }: Pick<Props, "playback">) {
  const { t } = useTranslation("shared");
  if (setVolume === undefined || setMuted === undefined) return null;
  return (
    <>
      <Control
        label={t(muted ? "player.unmute" : "player.mute")}
        Icon={muted ? IconVolumeOff : IconVolume}
        act={() => setMuted(!muted)}
      />
      <Slider
        w={72}
        size="sm"
        thumbLabel={t("player.volume")}
        value={muted ? 0 : volume * 100}
        onChange={(value) => setVolume(value / 100)}
        label={null}
      />
    </>
  );
}

interface ControlProps {
  label: string;
  keys?: ShortcutName;
  Icon: Icon;
  act: () => void;
  pressed?: boolean;
}

function Control({ label, keys, Icon, act, pressed }: ControlProps) {
  const combination = shown(useKeysOf(keys ?? "playPause"));
  return (
    <Tooltip label={keys === undefined ? label : `${label} (${combination})`}>
      <ActionIcon
        variant={pressed ? "light" : "subtle"}
        color={pressed ? "dusk" : "gray"}
        {...(pressed ? {} : { c: "var(--mantine-color-text)" })}
        size="lg"
        aria-label={label}
        {...(pressed === undefined ? {} : { "aria-pressed": pressed })}
        onClick={act}
      >
        <Icon size={18} stroke={1.6} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}
