import { Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, body, type Schemas } from "@/shared/api/client";
import { RecipeView } from "@/shared/recipe/RecipeView";
import { Origin, originOf } from "./Origin";

/** The clip's recipe; for imported files, the recipe that the file claims. */
export function Recipe({ asset }: { asset: Schemas["AssetAnswer"] }) {
  const { t } = useTranslation("shared");
  const hash = useRecipeHash(asset);
  if (asset.recipe !== null) return <RecipeView recipe={asset.recipe} hash={hash} />;
  if (asset.claimed_recipe !== null) return <RecipeView recipe={asset.claimed_recipe} claimed />;
  const origin = originOf(asset);
  if (origin !== null) return <Origin origin={origin} />;
  return (
    <Stack gap="xs" component="section">
      <Title order={2} size="h4">
        {t("recipe.title")}
      </Title>
      <Text size="sm">{t("recipe.none")}</Text>
    </Stack>
  );
}

/** The recipe's hash from the job that made the clip; the job may have been deleted. */
function useRecipeHash({ id, job_id: job, recipe }: Schemas["AssetAnswer"]): string | null {
  const { data } = useQuery({
    queryKey: ["jobs", job, "result", id],
    queryFn: async () => {
      const path = { job_id: job ?? "" };
      const { facts } = body(await api.GET("/api/v1/jobs/{job_id}/result", { params: { path } }));
      return typeof facts.recipe_sha256 === "string" ? facts.recipe_sha256 : null;
    },
    enabled: job !== null && recipe !== null,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  return data ?? null;
}
