import type Hls from "hls.js";
import { type RefObject, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { freshToken } from "@/shared/api/tokens";
import { useSession } from "@/shared/session";
import { tellFault } from "@/shared/tell";
import { toNumber } from "../model/fraction";
import { streamPath } from "../server/calls";
import { editor, useEditor } from "../state/editor";
import { useFilm } from "../state/film";

/** Seconds to buffer ahead of the playhead; the server renders them on demand. */
const AHEAD = 16;
const PATIENCE_MS = 60_000;

export interface Stream {
  /** Whether the video shows the current version of the film. */
  ready: boolean;
  /** Whether playback is waiting for data. */
  waiting: boolean;
}

/** Streams the film into a video, from the first playback on, and again after each edit. */
export function useStream(video: RefObject<HTMLVideoElement | null>): Stream {
  const { t } = useTranslation("timeline");
  const { answer, duration, rate } = useFilm();
  const playing = useEditor((state) => state.shuttle !== 0);
  const [version, setVersion] = useState<number | null>(null);
  const [loaded, setLoaded] = useState<number | null>(null);
  const [waiting, setWaiting] = useState(false);
  const perSecond = toNumber(rate);

  useEffect(() => {
    if (playing && duration > 0) setVersion(answer.version);
  }, [playing, duration, answer.version]);

  useEffect(() => {
    const shown = video.current;
    if (shown === null || version === null) return;
    let player: Hls | null = null;
    let left = false;
    const failed = () => {
      if (left) return;
      tellFault(new Error(t("viewer.failed")));
      editor.set({ shuttle: 0 });
      setVersion(null);
    };
    setWaiting(true);
    void begin(shown, streamPath(answer.id, version), editor.now().playhead / perSecond, failed).then((begun) => {
      if (left) return begun.destroy();
      player = begun;
      setLoaded(version);
    }, failed);
    const stalls = () => setWaiting(true);
    const goesOn = () => setWaiting(false);
    shown.addEventListener("waiting", stalls);
    shown.addEventListener("playing", goesOn);
    return () => {
      left = true;
      player?.destroy();
      setLoaded(null);
      setWaiting(false);
      shown.removeEventListener("waiting", stalls);
      shown.removeEventListener("playing", goesOn);
    };
  }, [video, answer.id, version, perSecond, t]);

  return { ready: loaded !== null && loaded === answer.version, waiting };
}

/** Resolves to a player that has read the playlist. `failed` is called when it cannot continue, also before that. */
async function begin(video: HTMLVideoElement, path: string, startPosition: number, failed: () => void): Promise<Hls> {
  const { default: Player } = await import("hls.js");
  const patient = {
    maxTimeToFirstByteMs: PATIENCE_MS,
    maxLoadTimeMs: PATIENCE_MS,
    timeoutRetry: null,
    errorRetry: null,
  };
  const player = new Player({
    startPosition,
    maxBufferLength: AHEAD,
    maxMaxBufferLength: AHEAD,
    enableWorker: false, // the content security policy forbids blob workers
    fragLoadPolicy: { default: patient },
    xhrSetup: async (request) => {
      const token = useSession.getState().status === "local" ? null : await freshToken();
      if (token !== null) request.setRequestHeader("authorization", `Bearer ${token}`);
    },
  });
  player.on(Player.Events.ERROR, (_, { fatal }) => {
    if (!fatal) return;
    player.destroy();
    failed();
  });
  await new Promise<void>((resolve) => {
    player.once(Player.Events.MANIFEST_PARSED, () => resolve());
    player.attachMedia(video);
    player.loadSource(path);
  });
  return player;
}
