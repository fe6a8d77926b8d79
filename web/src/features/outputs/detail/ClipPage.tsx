import { Alert, Button, Skeleton, Stack } from "@mantine/core";
import { IconMovieOff } from "@tabler/icons-react";
import { type ComponentProps, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { Fault } from "@/shared/api/fault";
import { links } from "@/shared/links";
import { promptOf } from "@/shared/recipe/fields";
import { EmptyState } from "@/shared/ui/EmptyState";
import { FaultNote } from "@/shared/ui/FaultNote";
import { Page } from "@/shared/ui/Page";
import { useChanges } from "../library/useChanges";
import { useAsset } from "../library/useLibrary";
import { Actions } from "./Actions";
import classes from "./Clip.module.css";
import { Continuity } from "./Continuity";
import { Facts } from "./Facts";
import { JobsOfClip } from "./JobsOfClip";
import { Neighbours } from "./Neighbours";
import { Recipe } from "./Recipe";
import { TreatmentDialog } from "./TreatmentDialog";
import { REPAIR, type Treatment } from "./treatment";
import { useClipJobs } from "./useClipJobs";
import { Viewer } from "./Viewer";

const TITLE_SHOWN = 80;

/** One file of the library, with its facts and actions. */
export function ClipPage() {
  const { t } = useTranslation("outputs");
  const { id = "" } = useParams();
  const { data: asset, error, isPending, refetch } = useAsset(id);
  if (isPending) return <Waiting />;
  if (error instanceof Fault && error.status === 404) return <Gone />;
  // Keep the page while the server does not answer: the clip may be playing, or a dialog being filled in.
  if (asset === undefined) {
    return (
      <Page title={t("title")}>
        <FaultNote error={error} retry={refetch} />
      </Page>
    );
  }
  return <Clip key={asset.id} asset={asset} refetch={refetch} />;
}

function Clip({ asset, refetch }: ComponentProps<typeof Viewer>) {
  const { t } = useTranslation("outputs");
  const jobs = useClipJobs();
  const [treatment, setTreatment] = useState<Treatment | null>(null);
  const title = promptOf(asset.recipe) || asset.name || t("card.unnamed");
  const short = title.length > TITLE_SHOWN ? `${title.slice(0, TITLE_SHOWN)}…` : title;
  return (
    <Page title={short} actions={<Neighbours id={asset.id} />}>
      {asset.trashed_at !== null && <InTrash id={asset.id} />}
      <div className={classes.clip}>
        <Stack className={classes.seen}>
          <Viewer asset={asset} refetch={refetch} />
          <Actions asset={asset} submitted={jobs.add} treat={() => setTreatment({})} />
          <JobsOfClip ids={jobs.ids} />
        </Stack>
        <Stack gap="xl">
          <Facts asset={asset} />
          {asset.kind === "video" && <Continuity asset={asset} repair={() => setTreatment(REPAIR)} />}
          <Recipe asset={asset} />
        </Stack>
      </div>
      {treatment !== null && (
        <TreatmentDialog asset={asset} start={treatment} submitted={jobs.add} close={() => setTreatment(null)} />
      )}
    </Page>
  );
}

function InTrash({ id }: { id: string }) {
  const { t } = useTranslation("outputs");
  const changes = useChanges();
  return (
    <Alert color="gray" variant="light" title={t("trash.in")}>
      <Button size="compact-sm" variant="default" onClick={() => void changes.restore([id])}>
        {t("act.restore")}
      </Button>
    </Alert>
  );
}

function Waiting() {
  const { t } = useTranslation("outputs");
  const { t: ts } = useTranslation("shared");
  return (
    <Page title={t("title")}>
      <div className={classes.clip} role="status" aria-label={ts("loading")}>
        <Skeleton style={{ aspectRatio: "16 / 9" }} />
        <Skeleton height={320} />
      </div>
    </Page>
  );
}

function Gone() {
  const { t } = useTranslation("outputs");
  return (
    <Page title={t("gone.title")}>
      <EmptyState Icon={IconMovieOff} text={t("gone.text")}>
        <Button component={Link} to={links.outputs}>
          {t("gone.back")}
        </Button>
      </EmptyState>
    </Page>
  );
}
