import { Alert } from "@mantine/core";
import { useFullscreenElement } from "@mantine/hooks";
import { type CSSProperties, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useShortcut } from "@/shared/shortcuts";
import { Controls } from "./Controls";
import classes from "./Player.module.css";
import { Scrubber } from "./Scrubber";
import { timingOf } from "./timecode";
import { useFrames } from "./useFrames";
import { usePlayback } from "./usePlayback";

interface Props {
  src: string;
  poster?: string | null;
  name: string;
  facts: Record<string, unknown>;
  /** Called when the file does not play: its signed URL may have expired. */
  onFault?: () => void;
}

/** Plays a clip, frame by frame if wanted; everything works with the keyboard alone. */
export function Player({ src, poster = null, name, facts, onFault }: Props) {
  const { t } = useTranslation("shared");
  const video = useRef<HTMLVideoElement>(null);
  const [seconds, setSeconds] = useState(0);
  const timing = useMemo(() => timingOf(facts, seconds), [facts, seconds]);
  const playback = usePlayback(video, timing, src);
  const frame = useFrames(video, timing);
  const full = useFullscreenElement();

  useShortcut("playPause", (event) => handled(event, playback.toggle));
  useShortcut("frameBack", (event) => ifNotOnSlider(event, () => playback.step(-1)));
  useShortcut("frameForward", (event) => ifNotOnSlider(event, () => playback.step(1)));
  useShortcut("loop", () => playback.setLoop(!playback.loop));
  useShortcut("slower", () => playback.faster(-1));
  useShortcut("faster", () => playback.faster(1));

  return (
    <section ref={full.ref} className={classes.player} aria-label={t("player.label")}>
      {/* biome-ignore lint/a11y/useMediaCaption: clips of this studio have no captions */}
      <video
        ref={video}
        src={src}
        poster={poster ?? undefined}
        className={classes.video}
        style={shapeOf(facts)}
        aria-label={t("player.video", { name })}
        playsInline
        preload="auto"
        onLoadedMetadata={(event) => setSeconds(event.currentTarget.duration)}
        onClick={playback.toggle}
        onError={onFault}
      />
      {playback.failed && (
        <Alert color="red" role="alert" m="xs">
          {t("player.fault")}
        </Alert>
      )}
      <div className={classes.bar}>
        <Scrubber frame={frame} timing={timing} seek={playback.seek} />
        <Controls
          playback={playback}
          frame={frame}
          timing={timing}
          sound={facts.sound !== false}
          full={full.fullscreen}
          toggleFull={() => void full.toggle()}
        />
      </div>
    </section>
  );
}

function handled(event: KeyboardEvent, act: () => void): void {
  event.preventDefault();
  act();
}

/** Sliders, lists and menus use the arrow keys themselves. */
function ifNotOnSlider(event: KeyboardEvent, act: () => void): void {
  const target = event.target;
  if (target instanceof Element && target.closest("[role=slider],[role=menu],[role=listbox],[role=radiogroup]")) return;
  handled(event, act);
}

/** Reserves the clip's space before anything of it is loaded. */
function shapeOf(facts: Record<string, unknown>) {
  const [width, height] = [Number(facts.width), Number(facts.height)];
  return width > 0 && height > 0 ? ({ "--shape": `${width} / ${height}` } as CSSProperties) : {};
}
