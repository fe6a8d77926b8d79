import { notifications } from "@mantine/notifications";
import i18next from "i18next";
import { createElement } from "react";
import type { JobNews } from "@/shared/live/jobs";
import { usePreferences } from "@/shared/preferences";
import { chime } from "@/shared/sound";
import { Made } from "./Made";

const TOLD = ["generate", "render", "upscale", "filter", "pull"];

/** A film may have taken minutes, so that one looks elsewhere when it is there. */
const FILM_MS = 20_000;

/** Announces the end of a job: on the page and, if the user wants it, by a sound and a desktop notification. */
export function announceEnd(news: JobNews): void {
  if (!TOLD.includes(news.kind) || news.state === "cancelled") return;
  const t = i18next.getFixedT(null, "shared");
  const good = news.state === "succeeded";
  const title = t(good ? "announce.done" : "announce.failed", { kind: t(`kind.${news.kind}`) });
  const message = news.error?.message ?? "";
  notifications.show({
    id: `end-${news.id}`,
    title,
    message: good ? createElement(Made, { job: news.id }) : message,
    color: good ? "teal" : "red",
    ...(news.kind === "render" ? { autoClose: FILM_MS } : {}),
  });
  const { sound, desktopNotes } = usePreferences.getState();
  if (sound) chime(good);
  if (desktopNotes && document.hidden && Notification.permission === "granted") {
    new Notification(title, { body: message, tag: news.id });
  }
}
