import { Button, Skeleton } from "@mantine/core";
import { IconColumns2 } from "@tabler/icons-react";
import { useQueries } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { api, body } from "@/shared/api/client";
import { links } from "@/shared/links";
import { EmptyState } from "@/shared/ui/EmptyState";
import { FaultNote } from "@/shared/ui/FaultNote";
import { Page } from "@/shared/ui/Page";
import { MOST_COMPARED } from "../useListKeys";
import { Comparison } from "./Comparison";
import { RecipeDifferences } from "./RecipeDifferences";
import { idsOf } from "./sync";

/** Two to four clips side by side, and the differences of their recipes. */
export function ComparePage() {
  const { t } = useTranslation("outputs");
  const [params] = useSearchParams();
  const ids = idsOf(params, MOST_COMPARED);
  const { assets, error, pending, retry } = useAssets(ids);
  const back = (
    <Button variant="default" component={Link} to={links.outputs}>
      {t("title")}
    </Button>
  );
  return (
    <Page title={t("compare.title")} actions={back}>
      {ids.length < 2 ? (
        <EmptyState Icon={IconColumns2} text={t("compare.tooFew")} />
      ) : error ? (
        <FaultNote error={error} retry={retry} />
      ) : pending ? (
        <Skeleton style={{ aspectRatio: "16 / 6" }} />
      ) : (
        <>
          <Comparison key={ids.join()} assets={assets} />
          <RecipeDifferences assets={assets} />
        </>
      )}
    </Page>
  );
}

function useAssets(ids: string[]) {
  return useQueries({
    queries: ids.map((id) => ({
      queryKey: ["media", id],
      queryFn: async () => body(await api.GET("/api/v1/media/{asset_id}", { params: { path: { asset_id: id } } })),
      staleTime: 60_000,
    })),
    combine: (results) => ({
      assets: results.flatMap((result) => result.data ?? []),
      error: results.find((result) => result.data === undefined && result.error)?.error ?? null,
      pending: results.some((result) => result.isPending),
      retry: () => results.forEach((result) => void result.refetch()),
    }),
  });
}
