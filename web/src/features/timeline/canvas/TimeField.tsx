import { TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { actsOn } from "../editor/acts";
import { frameOf, timecode } from "../model/timecode";
import { useFilm } from "../state/film";
import { useReadout } from "../state/readout";
import classes from "./Timeline.module.css";

/** The playhead's time; typing another one moves the playhead. */
export function TimeField() {
  const { t } = useTranslation("timeline");
  const film = useFilm();
  const playhead = useReadout((state) => state.playhead);
  const [typed, setTyped] = useState<string | null>(null);
  const go = () => {
    const frame = typed === null ? null : frameOf(typed, film.rate);
    if (frame !== null) actsOn(film).seek(frame);
    setTyped(null);
  };
  return (
    <TextInput
      size="xs"
      className={classes.time ?? ""}
      aria-label={t("time")}
      value={typed ?? timecode(playhead, film.rate)}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={go}
      onKeyDown={(event) => {
        if (event.key === "Enter") event.currentTarget.blur(); // so that the next key reaches the editor
        if (event.key === "Escape") setTyped(null);
      }}
    />
  );
}
