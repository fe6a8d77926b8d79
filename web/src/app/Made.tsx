import { Anchor } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { links } from "@/shared/links";
import { madeBy, useJobs } from "@/shared/live/jobs";

/** Leads to what a job made, as soon as that is known. Outside the router, so by a plain link. */
export function Made({ job }: { job: string }) {
  const { t } = useTranslation("shared");
  const asset = useJobs(({ byId: { [job]: done } }) => done && madeBy(done));
  return (
    asset && (
      <Anchor href={`#${links.clip(asset)}`} size="sm">
        {t("open")}
      </Anchor>
    )
  );
}
