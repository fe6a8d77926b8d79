import { Button, Skeleton, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useMayWrite } from "@/shared/session";
import { FaultNote } from "@/shared/ui/FaultNote";
import { Page } from "@/shared/ui/Page";
import { ClipPage } from "./ClipPage";
import { modelOf } from "./form/fitting";
import { useForm } from "./form/store";
import { Earlier } from "./latest/Latest";
import { NoModel } from "./NoModel";
import { reset } from "./restoring/restoring";
import { useArrival } from "./restoring/useArrival";
import { useModels } from "./server/queries";

export function GeneratePage() {
  const { t } = useTranslation("generate");
  const { data: models, error, refetch } = useModels();
  const form = useForm(({ form }) => form);
  const mayWrite = useMayWrite();
  useArrival(models);
  const model = models && modelOf(form, models);
  return (
    <Page
      title={t("title")}
      actions={
        mayWrite && (
          <Button variant="default" size="compact-md" onClick={reset}>
            {t("reset")}
          </Button>
        )
      }
    >
      {error && models === undefined ? (
        <FaultNote error={error} retry={refetch} />
      ) : models === undefined ? (
        <Stack aria-busy maw={760}>
          <Skeleton h={140} />
          <Skeleton h={60} />
          <Skeleton h={60} />
        </Stack>
      ) : model === undefined ? (
        <NoModel />
      ) : (
        <ClipPage model={model} models={models} />
      )}
      <Earlier />
    </Page>
  );
}
