import { type ReactNode, type RefObject, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Schemas } from "@/shared/api/client";
import { links } from "@/shared/links";
import { promptOf } from "@/shared/recipe/fields";
import classes from "./Compare.module.css";
import type { View } from "./Comparison";

interface Props {
  assets: Schemas["AssetAnswer"][];
  videos: RefObject<(HTMLVideoElement | null)[]>;
  view: View;
  /** Width of the first clip in percent, where one lies above the other. */
  wipe: number;
  /** Called when a clip can be seeked. */
  ready: (index: number) => void;
  children: ReactNode;
}

/** The videos. Every view uses the same elements, so that nothing is loaded again. */
export function Stage({ assets, videos, view, wipe, ready, children }: Props) {
  const { t } = useTranslation("outputs");
  // Newly signed URLs must not restart the clips.
  const [sources] = useState(() => assets.map((asset) => asset.urls.file));
  const [first] = assets;
  const ratio = first ? (Number(first.facts.width) || 16) / (Number(first.facts.height) || 9) : 16 / 9;
  return (
    <div
      className={view === "side" ? classes.side : classes.stack}
      style={view === "side" ? {} : { aspectRatio: ratio, width: `min(100%, ${60 * ratio}vh)` }}
    >
      {assets.map((asset, index) => {
        const name = t("compare.clip", { letter: letterOf(index) });
        const above = view === "wipe" && index === 0;
        return (
          <figure
            key={asset.id}
            className={classes.clip}
            style={above ? { zIndex: 1, clipPath: `inset(0 ${100 - wipe}% 0 0)` } : {}}
          >
            <video
              ref={(video) => {
                videos.current[index] = video;
              }}
              src={sources[index]}
              onLoadedMetadata={() => ready(index)}
              muted
              playsInline
              preload="auto"
              aria-label={`${name}: ${promptOf(asset.recipe).slice(0, 200) || asset.name}`}
            />
            {view === "side" && (
              <figcaption>
                <Link to={links.clip(asset.id)}>
                  <strong>{name}</strong> <span dir="auto">{promptOf(asset.recipe).slice(0, 80) || asset.name}</span>
                </Link>
              </figcaption>
            )}
          </figure>
        );
      })}
      {view === "wipe" && <div className={classes.edge} style={{ insetInlineStart: `${wipe}%` }} aria-hidden />}
      {children}
    </div>
  );
}

export function letterOf(index: number): string {
  return String.fromCharCode(65 + index);
}
