import { useTranslation } from "react-i18next";
import { bytes } from "@/shared/format";
import { AskFirst } from "@/shared/ui/AskFirst";
import type { Model } from "./standing";

interface Props {
  model: Model;
  remove: () => void;
  opened: boolean;
  close: () => void;
}

/** Asks before deleting a model, because fetching it again takes a while. */
export function RemoveModel({ model, remove, opened, close }: Props) {
  const { t } = useTranslation("models");
  const frees = model.bytes === null ? t("remove.parts") : t("remove.frees", { size: bytes(model.bytes) });
  return (
    <AskFirst
      opened={opened}
      close={close}
      title={t("remove.title", { model: model.title })}
      text={`${frees} ${t("remove.clips")}`}
      yes={t("remove.do")}
      act={remove}
    />
  );
}
