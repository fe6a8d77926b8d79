import { Alert } from "@mantine/core";
import { type CSSProperties, type RefObject, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useShallow } from "zustand/react/shallow";
import { timecode } from "../model/timecode";
import { framePath, scopePath } from "../server/calls";
import { useEditor } from "../state/editor";
import { useFilm } from "../state/film";
import { Transport } from "./Transport";
import { useBlob } from "./useBlob";
import { useShuttle } from "./useShuttle";
import { type Stream, useStream } from "./useStream";
import classes from "./Viewer.module.css";

const SMALL = 640;

/** The film at the playhead: a still frame when paused, a video during playback. */
export function Viewer() {
  const { t } = useTranslation("timeline");
  const { timeline, duration } = useFilm();
  const video = useRef<HTMLVideoElement>(null);
  const stream = useStream(video);
  useShuttle(video, stream.ready);
  const shape = { "--shape": `${timeline.width} / ${timeline.height}` } as CSSProperties;
  return (
    <section className={classes.viewer} aria-label={t("panel.viewer")}>
      <div className={classes.stage} style={shape}>
        {duration === 0 ? (
          <p className={classes.empty}>{t("viewer.empty")}</p>
        ) : (
          <Picture video={video} stream={stream} />
        )}
      </div>
      <Transport />
    </section>
  );
}

function Picture({ video, stream }: { video: RefObject<HTMLVideoElement | null>; stream: Stream }) {
  const { t } = useTranslation("timeline");
  const { answer, timeline, duration, rate } = useFilm();
  const { playhead, shuttle, fullSize, safeAreas, scope } = useEditor(
    useShallow(({ playhead, shuttle, fullSize, safeAreas, scope }) => ({
      ...{ playhead, shuttle, fullSize, safeAreas, scope },
    })),
  );
  const playing = shuttle !== 0 && stream.ready;
  const frame = Math.min(playhead, duration - 1);
  const width = Math.min(fullSize ? timeline.width : SMALL, timeline.width);
  const { src, fault } = useBlob(playing ? null : framePath(answer.id, frame, answer.version, width));
  const at = timecode(frame, rate);
  return (
    <>
      <div className={classes.frame}>
        {src !== null && <img src={src} alt={t("viewer.frame", { at })} hidden={playing} />}
        {/* biome-ignore lint/a11y/useMediaCaption: a film that is being edited has no captions */}
        <video ref={video} hidden={!playing} playsInline preload="auto" aria-label={t("viewer.playing")} />
        {safeAreas &&
          [5, 10].map((inset) => <span key={inset} className={classes.safe} style={{ inset: `${inset}%` }} />)}
      </div>
      {fault !== null && !playing && (
        <Alert color="red" className={classes.waiting ?? ""} role="alert">
          {fault}
        </Alert>
      )}
      {shuttle > 0 && stream.waiting && (
        <p className={classes.waiting} role="status">
          {t("viewer.rendering")}
        </p>
      )}
      {scope !== null && !playing && <Scope path={scopePath(answer.id, frame, answer.version, scope)} />}
    </>
  );
}

const SCOPE_PAUSE_MS = 160;

function Scope({ path }: { path: string }) {
  const { t } = useTranslation("timeline");
  const kind = useEditor((state) => state.scope);
  const { src } = useBlob(path, SCOPE_PAUSE_MS);
  if (src === null || kind === null) return null;
  return <img src={src} alt={t(`scope.${kind}`)} className={classes.scope} />;
}
