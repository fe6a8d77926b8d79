import { useTranslation } from "react-i18next";
import type { Schemas } from "../api/client";

/** Names the sizes and lengths that the model was trained on, for users who choose others. */
export function TrainedOn({ model }: { model: Schemas["Model"] }) {
  const { t } = useTranslation("shared");
  const { sizes, defaults, length_from_voice: speaks } = model;
  return speaks
    ? t("trained.speech", { fps: defaults.fps, frames: defaults.frames })
    : t("trained.shapes", { sizes: sizes.join(", "), frames: defaults.frames });
}
