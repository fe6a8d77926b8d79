import { useTranslation } from "react-i18next";
import type { Schemas } from "../api/client";

/** What to know when leaving the shapes that a model was trained on. */
export function TrainedOn({ model }: { model: Schemas["Model"] }) {
  const { t } = useTranslation("shared");
  const { sizes, defaults, length_from_voice: speaks } = model;
  return speaks
    ? t("trained.speech", { fps: defaults.fps, frames: defaults.frames })
    : t("trained.shapes", { sizes: sizes.join(", "), frames: defaults.frames });
}
