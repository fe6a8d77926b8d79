import { draggable as makeDraggable } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { IconMusic, IconPhoto } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Asset } from "@/shared/library";
import { lengthShown } from "@/shared/player/timecode";
import { editor } from "../state/editor";
import classes from "./Browser.module.css";

interface Props {
  asset: Asset;
  chosen: boolean;
  /** Whether this is the one file that the Tab key reaches. */
  reached: boolean;
  draggable: boolean;
  /** Appends the file to the film. */
  place: () => void;
}

/** One file: a click selects it, a double click appends it. */
export function AssetTile({ asset, chosen, reached, draggable, place }: Props) {
  const { t } = useTranslation("timeline");
  const tile = useRef<HTMLDivElement>(null);
  const { id, kind, urls, facts } = asset;
  useEffect(() => {
    const element = tile.current;
    if (element === null || !draggable) return;
    return makeDraggable({ element, getInitialData: () => ({ asset: id, kind }) });
  }, [id, kind, draggable]);
  const prompt = asset.recipe?.prompt;
  const name = (typeof prompt === "string" ? prompt : "") || asset.name || t("unnamed");
  const seconds = Number(facts.seconds) || 0;
  const Icon = kind === "audio" ? IconMusic : IconPhoto;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list around it handles keys
    <div
      ref={tile}
      role="option"
      tabIndex={reached ? 0 : -1}
      className={classes.tile}
      aria-selected={chosen}
      onClick={() => editor.set({ asset: id })}
      onFocus={() => editor.set({ asset: id })}
      onDoubleClick={draggable ? place : undefined}
    >
      <span className={classes.picture}>
        {urls.thumbnail === null ? (
          <Icon size={20} stroke={1.4} aria-hidden />
        ) : (
          <img src={urls.thumbnail} alt="" loading="lazy" />
        )}
      </span>
      <span className={classes.words}>
        <span className={classes.name}>{name}</span>
        {seconds > 0 && <span className={classes.length}>{lengthShown(seconds)}</span>}
      </span>
    </div>
  );
}
