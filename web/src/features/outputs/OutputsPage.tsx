import { Group } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useMayWrite } from "@/shared/session";
import { Page } from "@/shared/ui/Page";
import { DropArea } from "./bring/DropArea";
import { ImportButton } from "./bring/ImportButton";
import { UploadButton } from "./bring/UploadButton";
import { UploadList } from "./bring/UploadList";
import { useUploads } from "./bring/useUploads";
import { ClipList } from "./ClipList";
import { FilterBar } from "./FilterBar";
import { useFilters } from "./library/useFilters";
import classes from "./Outputs.module.css";
import { Places } from "./Places";
import { PlacesDrawer } from "./PlacesDrawer";

/** The library: everything that was made here or imported. */
export function OutputsPage() {
  const { t } = useTranslation("outputs");
  const mayWrite = useMayWrite();
  const [filters, change] = useFilters();
  const uploads = useUploads();
  return (
    <Page
      title={t("title")}
      actions={
        mayWrite && (
          <>
            <ImportButton />
            <UploadButton send={uploads.send} />
          </>
        )
      }
    >
      {mayWrite && <DropArea send={uploads.send} />}
      <UploadList uploads={uploads.uploads} dismiss={uploads.dismiss} />
      <div className={classes.library}>
        <div className={classes.places}>
          <Places filters={filters} change={change} />
        </div>
        <div className={classes.list}>
          <Group gap="xs" className={classes.drawer}>
            <PlacesDrawer filters={filters} change={change} />
          </Group>
          <FilterBar filters={filters} change={change} />
          <ClipList filters={filters} change={change} />
        </div>
      </div>
    </Page>
  );
}
