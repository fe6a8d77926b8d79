import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type Schemas, upload } from "@/shared/api/client";
import { tellFault } from "@/shared/tell";
import { did } from "@/shared/undo";
import type { WeightsKind } from "@/shared/weights";

/** Uploads weight files and moves them to the trash, which can be undone. */
export function useWeightsActions(kind: WeightsKind) {
  const { t } = useTranslation("models");
  const queries = useQueryClient();
  const [sent, setSent] = useState<number | null>(null);

  const change = async (id: string, action: "trash" | "restore") => {
    await api.POST("/api/v1/media/bulk", { body: { ids: [id], action } });
    await queries.invalidateQueries({ queryKey: ["media"] });
  };

  const add = async (file: File) => {
    if (!file.name.endsWith(".safetensors")) return tellFault(new Error(t("weights.otherFile", { name: file.name })));
    setSent(0);
    try {
      const asset = await upload(file, file.name, setSent);
      await queries.invalidateQueries({ queryKey: ["media"] });
      if (asset.kind !== kind) throw new Error(t(`weights.${kind}.isNone`, { name: file.name }));
    } catch (error) {
      tellFault(error);
    } finally {
      setSent(null);
    }
  };

  const remove = async (asset: Schemas["AssetAnswer"]) => {
    try {
      await change(asset.id, "trash");
      const undo = () => change(asset.id, "restore");
      did({ label: t("weights.removed", { name: asset.name }), undo, redo: () => change(asset.id, "trash") });
    } catch (error) {
      tellFault(error);
    }
  };

  return { sent, add: (file: File) => void add(file), remove: (asset: Schemas["AssetAnswer"]) => void remove(asset) };
}
