import {
  ActionIcon,
  Anchor,
  Button,
  FileButton,
  Group,
  Menu,
  Skeleton,
  Table,
  Text,
  VisuallyHidden,
} from "@mantine/core";
import { IconDotsVertical, IconFileImport, IconPlus, IconTimeline } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { ago } from "@/shared/format";
import { links } from "@/shared/links";
import { useMayWrite } from "@/shared/session";
import { tellFault } from "@/shared/tell";
import { AskFirst } from "@/shared/ui/AskFirst";
import { EmptyState } from "@/shared/ui/EmptyState";
import { FaultNote } from "@/shared/ui/FaultNote";
import { NothingToSee } from "@/shared/ui/NothingToSee";
import { Page } from "@/shared/ui/Page";
import { fraction } from "../model/fraction";
import { rateText, timecode } from "../model/timecode";
import { deleteProject, importProject, type ProjectCard } from "../server/calls";
import { projectKey } from "../server/edits";
import { useProjects } from "../server/queries";
import { NewDialog } from "./NewDialog";
import { RenameDialog } from "./RenameDialog";

/** The list of all films. */
export function ProjectsPage() {
  const { t } = useTranslation("timeline");
  const mayWrite = useMayWrite();
  const projects = useProjects();
  const [adding, setAdding] = useState(false);
  const all = projects.data?.pages.flatMap((page) => page.items) ?? [];
  const start = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setAdding(true)}>
      {t("projects.new")}
    </Button>
  );
  return (
    <Page
      title={t("title")}
      actions={
        mayWrite && (
          <>
            <ImportButton />
            {start}
          </>
        )
      }
    >
      {projects.error && <FaultNote error={projects.error} retry={projects.refetch} />}
      {projects.isPending && <Skeleton h={160} />}
      {projects.isSuccess &&
        all.length === 0 &&
        (mayWrite ? (
          <EmptyState Icon={IconTimeline} text={t("projects.empty")}>
            {start}
          </EmptyState>
        ) : (
          <NothingToSee Icon={IconTimeline} />
        ))}
      {all.length > 0 && (
        <Table verticalSpacing="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("projects.name")}</Table.Th>
              <Table.Th visibleFrom="sm">{t("projects.length")}</Table.Th>
              <Table.Th visibleFrom="sm">{t("projects.picture")}</Table.Th>
              <Table.Th>{t("projects.changed")}</Table.Th>
              {mayWrite && (
                <Table.Th>
                  <VisuallyHidden>{t("projects.more")}</VisuallyHidden>
                </Table.Th>
              )}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {all.map((project) => (
              <Row key={project.id} project={project} mayWrite={mayWrite} />
            ))}
          </Table.Tbody>
        </Table>
      )}
      {projects.hasNextPage && (
        <Button variant="default" loading={projects.isFetchingNextPage} onClick={() => void projects.fetchNextPage()}>
          {t("more")}
        </Button>
      )}
      {adding && <NewDialog close={() => setAdding(false)} />}
    </Page>
  );
}

function Row({ project, mayWrite }: { project: ProjectCard; mayWrite: boolean }) {
  const { t } = useTranslation("timeline");
  const { id, name, rate, width, height, duration, changed_at: changed } = project;
  return (
    <Table.Tr>
      <Table.Td>
        <Anchor component={Link} to={links.project(id)} fw={550}>
          {name || t("unnamed")}
        </Anchor>
      </Table.Td>
      <Table.Td visibleFrom="sm">{timecode(duration, fraction(rate))}</Table.Td>
      <Table.Td visibleFrom="sm">{t("projects.facts", { width, height, rate: rateText(rate) })}</Table.Td>
      <Table.Td>
        <Text size="sm">{ago(changed)}</Text>
      </Table.Td>
      {mayWrite && (
        <Table.Td>
          <RowMenu project={project} />
        </Table.Td>
      )}
    </Table.Tr>
  );
}

function RowMenu({ project: { id, name } }: { project: ProjectCard }) {
  const { t } = useTranslation("timeline");
  const queries = useQueryClient();
  const [open, setOpen] = useState<"rename" | "delete" | null>(null);
  const remove = async () => {
    try {
      await deleteProject(id);
      queries.removeQueries({ queryKey: projectKey(id) });
    } catch (fault) {
      tellFault(fault);
    }
    await queries.invalidateQueries({ queryKey: ["projects", "list"] });
  };
  const close = () => setOpen(null);
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon
            variant="subtle"
            c="var(--mantine-color-text)"
            size="lg"
            aria-label={t("projects.menu", { name })}
          >
            <IconDotsVertical size={18} stroke={1.6} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => setOpen("rename")}>{t("projects.rename")}</Menu.Item>
          <Menu.Item color="red" onClick={() => setOpen("delete")}>
            {t("projects.delete")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {open === "rename" && <RenameDialog id={id} name={name} close={close} />}
      <AskFirst
        opened={open === "delete"}
        title={t("projects.deleteTitle", { name })}
        text={t("projects.deleteText")}
        yes={t("projects.delete")}
        act={remove}
        close={close}
      />
    </>
  );
}

function ImportButton() {
  const { t } = useTranslation("timeline");
  const navigate = useNavigate();
  const queries = useQueryClient();
  const bringing = useMutation({
    mutationFn: importProject,
    onSuccess: () => void queries.invalidateQueries({ queryKey: ["projects", "list"] }),
    onError: tellFault,
  });
  const bring = (file: File) => bringing.mutate(file, { onSuccess: ({ id }) => void navigate(links.project(id)) }); // unless the user has left
  return (
    <Group>
      <FileButton onChange={(file) => file && bring(file)} accept=".otio,.json">
        {(props) => (
          <Button
            variant="default"
            leftSection={<IconFileImport size={16} aria-hidden />}
            loading={bringing.isPending}
            {...props}
          >
            {t("projects.import")}
          </Button>
        )}
      </FileButton>
    </Group>
  );
}
