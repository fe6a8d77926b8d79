import { NativeSelect } from "@mantine/core";
import {
  IconAspectRatio,
  IconBorderCorners,
  IconBracketsContainEnd,
  IconBracketsContainStart,
  IconBracketsOff,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerSkipBack,
  IconPlayerSkipForward,
  IconPlayerTrackNext,
  IconPlayerTrackPrev,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useShallow } from "zustand/react/shallow";
import { Act } from "../editor/Act";
import { actsOn } from "../editor/acts";
import { timecode } from "../model/timecode";
import { SCOPES } from "../server/calls";
import { editor, useEditor } from "../state/editor";
import { useFilm } from "../state/film";
import { useReadout } from "../state/readout";
import classes from "./Viewer.module.css";

/** Playback, stepping, in and out points, and view options. */
export function Transport() {
  const { t } = useTranslation("timeline");
  const film = useFilm();
  const acts = actsOn(film);
  const { shuttle, fullSize, safeAreas, scope, markIn, markOut } = useEditor(
    useShallow(({ shuttle, fullSize, safeAreas, scope, markIn, markOut }) => ({
      ...{ shuttle, fullSize, safeAreas, scope, markIn, markOut },
    })),
  );
  const playing = shuttle !== 0;
  return (
    <div className={classes.bar} role="toolbar" aria-label={t("viewer.controls")}>
      <Act label={t("viewer.before")} keys="cutBefore" Icon={IconPlayerTrackPrev} act={() => acts.toCut(-1)} />
      <Act label={t("viewer.back")} keys="frameBack" Icon={IconPlayerSkipBack} act={() => acts.step(-1)} />
      <Act
        label={t(playing ? "viewer.pause" : "viewer.play")}
        keys="playPause"
        Icon={playing ? IconPlayerPause : IconPlayerPlay}
        act={() => editor.set({ shuttle: playing ? 0 : 1 })}
        disabled={film.duration === 0}
      />
      <Act label={t("viewer.on")} keys="frameForward" Icon={IconPlayerSkipForward} act={() => acts.step(1)} />
      <Act label={t("viewer.after")} keys="cutAfter" Icon={IconPlayerTrackNext} act={() => acts.toCut(1)} />
      <Time />
      <Act
        label={t("viewer.in")}
        keys="cutIn"
        Icon={IconBracketsContainStart}
        pressed={markIn !== null}
        act={() => acts.mark("markIn")}
      />
      <Act
        label={t("viewer.out")}
        keys="cutOut"
        Icon={IconBracketsContainEnd}
        pressed={markOut !== null}
        act={() => acts.mark("markOut")}
      />
      <Act label={t("viewer.clear")} keys="cutClear" Icon={IconBracketsOff} act={acts.clearMarks} />
      <Act
        label={t("viewer.safe")}
        Icon={IconBorderCorners}
        pressed={safeAreas}
        act={() => editor.set({ safeAreas: !safeAreas })}
      />
      <Act
        label={t("viewer.full")}
        Icon={IconAspectRatio}
        pressed={fullSize}
        act={() => editor.set({ fullSize: !fullSize })}
      />
      <NativeSelect
        size="xs"
        aria-label={t("scope.label")}
        value={scope ?? ""}
        onChange={(event) => editor.set({ scope: SCOPES.find((kind) => kind === event.currentTarget.value) ?? null })}
        data={[
          { value: "", label: t("scope.none") },
          ...SCOPES.map((kind) => ({ value: kind, label: t(`scope.${kind}`) })),
        ]}
      />
    </div>
  );
}

/** The only part of the transport that changes with the playhead. */
function Time() {
  const { t } = useTranslation("timeline");
  const { rate, duration } = useFilm();
  const playhead = useReadout((state) => state.playhead);
  return (
    <span className={classes.time}>
      {t("viewer.time", { at: timecode(playhead, rate), of: timecode(duration, rate) })}
    </span>
  );
}
