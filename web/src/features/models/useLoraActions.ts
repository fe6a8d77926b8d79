import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type Schemas, upload } from "@/shared/api/client";
import { tellFault } from "@/shared/tell";
import { did } from "@/shared/undo";

/** LoRAs come by upload and go into the trash, from which they can be taken back. */
export function useLoraActions() {
  const { t } = useTranslation("models");
  const queries = useQueryClient();
  const [sent, setSent] = useState<number | null>(null);

  const change = async (id: string, action: "trash" | "restore") => {
    await api.POST("/api/v1/media/bulk", { body: { ids: [id], action } });
    await queries.invalidateQueries({ queryKey: ["media"] });
  };

  const add = async (file: File) => {
    if (!file.name.endsWith(".safetensors")) return tellFault(new Error(t("loras.otherFile", { name: file.name })));
    setSent(0);
    try {
      const asset = await upload(file, file.name, setSent);
      await queries.invalidateQueries({ queryKey: ["media"] });
      if (asset.kind !== "lora") throw new Error(t("loras.isNone", { name: file.name }));
    } catch (error) {
      tellFault(error);
    } finally {
      setSent(null);
    }
  };

  const remove = async (lora: Schemas["AssetAnswer"]) => {
    try {
      await change(lora.id, "trash");
      const undo = () => change(lora.id, "restore");
      did({ label: t("loras.removed", { name: lora.name }), undo, redo: () => change(lora.id, "trash") });
    } catch (error) {
      tellFault(error);
    }
  };

  return { sent, add: (file: File) => void add(file), remove: (lora: Schemas["AssetAnswer"]) => void remove(lora) };
}
