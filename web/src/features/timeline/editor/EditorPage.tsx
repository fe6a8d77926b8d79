import { Skeleton, Stack } from "@mantine/core";
import { useDocumentTitle, useMediaQuery } from "@mantine/hooks";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useLayoutEffect, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import { keepForOne } from "@/shared/person";
import { isHeld, useMayWrite } from "@/shared/session";
import { FaultNote } from "@/shared/ui/FaultNote";
import { takeOver } from "@/shared/undo";
import { durationOf } from "../model/finding";
import { rateOf } from "../model/timecode";
import type { ProjectAnswer } from "../server/calls";
import { Edits } from "../server/edits";
import { useProject } from "../server/queries";
import { FRESH, useEditor } from "../state/editor";
import { FilmProvider } from "../state/film";
import { dialogs } from "./dialogs";
import { Editor } from "./Editor";
import { Reading } from "./Reading";
import { useNews } from "./useNews";

/** One project in the editor; on a phone, read-only. */
export function EditorPage() {
  const { id = "" } = useParams();
  const { t } = useTranslation("timeline");
  const query = useProject(id);
  useDocumentTitle(`${query.data?.name ?? t("title")} · Artifex`);
  if (query.data !== undefined) return <Opened key={id} answer={query.data} />;
  if (query.error) return <FaultNote error={query.error} retry={query.refetch} />;
  return (
    <Stack role="status" aria-label={t("loading")}>
      <Skeleton h={36} w={280} />
      <Skeleton h={320} />
      <Skeleton h={240} />
    </Stack>
  );
}

function Opened({ answer }: { answer: ProjectAnswer }) {
  const { id, project } = answer;
  const queries = useQueryClient();
  const mayWrite = useMayWrite();
  const phone = useMediaQuery("(max-width: 48em)", false, { getInitialValueInEffect: false });
  const edits = useMemo(() => new Edits(queries, id), [queries, id]);
  const { timeline } = project;
  const film = useMemo(
    () => ({ answer, project, timeline, rate: rateOf(timeline), duration: durationOf(timeline), edits, mayWrite }),
    [answer, project, timeline, edits, mayWrite],
  );
  useLeftClean();
  useEffect(() => (mayWrite ? takeOver(edits) : undefined), [edits, mayWrite]);
  useNews(edits);
  return <FilmProvider film={film}>{phone ? <Reading /> : <Editor />}</FilmProvider>;
}

/** Leaves nothing of this visit to the next one, of this film or another; but who must sign in again goes on with it. */
function useLeftClean(): void {
  useLayoutEffect(
    () => () => {
      if (!isHeld()) leave();
    },
    [],
  );
}

function leave(): void {
  useEditor.setState(FRESH);
  dialogs.close();
}

keepForOne(leave);
