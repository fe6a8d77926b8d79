import i18next from "i18next";
import { useEffect } from "react";
import { useSearchParams } from "react-router";
import { api, body } from "@/shared/api/client";
import { getAsset } from "@/shared/library";
import { readRecipe } from "../form/recipe";
import type { How } from "../form/restore";
import type { Model } from "../form/types";
import { restoreAsset, restoreRecipe, say } from "./restoring";

/** Fills the form for users coming from a clip or a job, then clears the address, so that a reload keeps edits. */
export function useArrival(models: Model[] | undefined): void {
  const [search, setSearch] = useSearchParams();
  const from = search.get("from");
  const job = search.get("job");
  const how = readHow(search.get("how"));
  useEffect(() => {
    if (models === undefined || (from === null && job === null)) return;
    let left = false;
    const arrive = async () => {
      try {
        const fill = from === null ? await byJob(job ?? "", models) : await byAsset(from, how, models);
        if (left) return;
        fill();
      } catch (fault) {
        if (left) return;
        say({ fault });
      }
      setSearch({}, { replace: true });
    };
    void arrive();
    return () => {
      left = true;
    };
  }, [from, job, how, models, setSearch]);
}

async function byAsset(id: string, how: How, models: Model[]): Promise<() => void> {
  const asset = await getAsset(id);
  return () => restoreAsset(asset, how, models);
}

async function byJob(id: string, models: Model[]): Promise<() => void> {
  const job = body(await api.GET("/api/v1/jobs/{job_id}", { params: { path: { job_id: id } } }));
  const recipe = readRecipe(job.recipe);
  if (recipe === null) throw new Error(i18next.t("restore.noRecipe", { ns: "generate" }));
  return () => restoreRecipe(recipe, recipe.prompt, models);
}

function readHow(text: string | null): How {
  return text === "vary" || text === "extend" ? text : "again";
}
