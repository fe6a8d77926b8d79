import { useTranslation } from "react-i18next";
import type { Track } from "../model/project";
import { useFilm } from "../state/film";

/** A track's own name, or its kind and its number among the tracks of that kind, counted from the bottom. */
export function useTrackName(): (track: Track) => string {
  const { t } = useTranslation("timeline");
  const { timeline } = useFilm();
  return (track) => {
    if (track.name) return track.name;
    const number = timeline.tracks.filter((one) => one.kind === track.kind).findIndex((one) => one.id === track.id) + 1;
    return t(`track.${track.kind}`, { number });
  };
}
