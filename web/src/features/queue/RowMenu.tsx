import { ActionIcon, Menu } from "@mantine/core";
import {
  IconArrowRampRight2,
  IconCalendarTime,
  IconDots,
  IconEdit,
  IconLayoutGrid,
  IconPlayerPause,
  IconPlayerPlay,
  IconX,
} from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { links } from "@/shared/links";
import type { Job } from "@/shared/live/jobs";
import { EditDialog } from "./EditDialog";
import { useOps } from "./ops";
import { ScheduleDialog } from "./ScheduleDialog";

const ICON = { size: 16, stroke: 1.6, "aria-hidden": true } as const;

/** All actions on one waiting job. */
export function RowMenu({ job, title }: { job: Job; title: string }) {
  const { t } = useTranslation("queue");
  const ops = useOps();
  const [dialog, setDialog] = useState<"edit" | "schedule" | null>(null);
  const close = () => setDialog(null);
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={t("act.of", { act: t("act.more"), title })}
            data-control="menu"
          >
            <IconDots size={18} stroke={1.6} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {job.state === "draft" && (
            <Menu.Item leftSection={<IconArrowRampRight2 {...ICON} />} onClick={() => void ops.promote([job.id])}>
              {t("act.promote")}
            </Menu.Item>
          )}
          {job.batch !== null && job.stop_at_step !== null && (
            <Menu.Item leftSection={<IconLayoutGrid {...ICON} />} component={Link} to={links.sheet(job.batch)}>
              {t("act.sheet")}
            </Menu.Item>
          )}
          <Menu.Item leftSection={<IconEdit {...ICON} />} onClick={() => setDialog("edit")}>
            {t("act.edit")}
          </Menu.Item>
          <Menu.Item leftSection={<IconCalendarTime {...ICON} />} onClick={() => setDialog("schedule")}>
            {t("act.schedule")}
          </Menu.Item>
          {job.state === "paused" ? (
            <Menu.Item leftSection={<IconPlayerPlay {...ICON} />} onClick={() => void ops.resume([job.id])}>
              {t("act.resume")}
            </Menu.Item>
          ) : (
            job.state !== "draft" && (
              <Menu.Item leftSection={<IconPlayerPause {...ICON} />} onClick={() => void ops.pause([job.id])}>
                {t("act.pause")}
              </Menu.Item>
            )
          )}
          <Menu.Item leftSection={<IconX {...ICON} />} onClick={() => void ops.cancel([job.id])}>
            {t("act.cancel")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {dialog === "edit" && <EditDialog job={job} close={close} />}
      {dialog === "schedule" && <ScheduleDialog job={job} close={close} />}
    </>
  );
}
