import { useTranslation } from "react-i18next";
import type { Schemas } from "@/shared/api/client";
import { Player } from "@/shared/player/Player";
import { promptOf } from "@/shared/recipe/fields";
import classes from "./Clip.module.css";
import { useSteadySource } from "./useSteadySource";

interface Props {
  asset: Schemas["AssetAnswer"];
  refetch: () => Promise<{ data?: Schemas["AssetAnswer"] | undefined }>;
}

/** Shows or plays the file, whatever its kind. */
export function Viewer({ asset, refetch }: Props) {
  const { t } = useTranslation("outputs");
  const { kind, urls, name, recipe } = asset;
  const { src, onFault } = useSteadySource(asset, refetch);
  const title = promptOf(recipe).slice(0, 200) || name || t("card.unnamed");
  if (kind === "image") return <img src={src} alt={title} className={classes.picture} onError={onFault} />;
  if (kind === "audio") {
    // biome-ignore lint/a11y/useMediaCaption: sounds of this studio have no captions
    return <audio src={src} controls aria-label={title} className={classes.sound} onError={onFault} />;
  }
  if (kind === "lora" || kind === "upscaler") return null;
  return <Player src={src} poster={urls.poster} name={title} facts={asset.facts} onFault={onFault} />;
}
