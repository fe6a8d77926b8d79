import { useMutation } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useAsset } from "@/shared/library";
import { act } from "@/shared/live/acts";
import { isOver, type Job, useJobs } from "@/shared/live/jobs";
import { quiet } from "@/shared/live/quiet";
import { tellFault } from "@/shared/tell";
import { nominal } from "../model/timecode";
import { render } from "../server/calls";
import { editor, rangeOf, useEditor } from "../state/editor";
import { useFilm } from "../state/film";

/** More is rendered when it comes to it: nobody waits for a whole film to see its beginning. */
const MOST_SECONDS = 60;

interface Part {
  start: number;
  end: number;
  version: number;
  job: string;
}

export interface Preview {
  /** The part of the film that can be played, as it is now. */
  start: number;
  end: number;
  src: string | null;
  /** What is being made of it. */
  job: Job | null;
  /** Whether a frame is in it. */
  covers: (frame: number) => boolean;
  stop: () => void;
}

/** The part of the film around the playhead as a file that plays; it is made when somebody wants to play it. */
export function usePreview(): Preview {
  const { answer, duration, rate } = useFilm();
  const [part, setPart] = useState<Part | null>(null);
  const job = useJobs((jobs) => (part === null ? null : (jobs.byId[part.job] ?? null)));
  const asset = useAsset(madeBy(job));
  const playing = useEditor((state) => state.shuttle > 0);
  const playhead = useEditor((state) => state.playhead);
  const fresh = part !== null && part.version === answer.version;
  const covers = (frame: number) => fresh && frame >= part.start && frame < part.end;

  const asking = useMutation({
    mutationFn: (range: { start: number; end: number }) => render(answer.id, { ...range, preview: true }),
    onSuccess: (made, { start, end }) => {
      quiet.add(made.id);
      useJobs.getState().put([made]);
      setPart({ start, end, version: answer.version, job: made.id });
    },
    onError: (fault) => {
      tellFault(fault);
      editor.set({ shuttle: 0 });
    },
  });
  const wanted = playing && !covers(playhead) && !asking.isPending && duration > 0;
  const { mutate } = asking;
  useEffect(() => {
    if (!wanted) return;
    const range = rangeOf(editor.now(), duration);
    const start = playhead >= range.end - 1 || playhead < range.start ? range.start : playhead;
    editor.seek(start);
    mutate({ start, end: Math.min(range.end, start + MOST_SECONDS * nominal(rate)) });
  }, [wanted, playhead, duration, rate, mutate]);

  const failed = job !== null && isOver(job) && job.state !== "succeeded";
  useEffect(() => {
    if (!failed) return;
    if (job?.error) tellFault(new Error(job.error.message));
    setPart(null);
    editor.set({ shuttle: 0 });
  }, [failed, job]);

  const stop = () => {
    editor.set({ shuttle: 0 });
    if (job !== null && !isOver(job)) void act("cancel", job.id).catch(tellFault);
    setPart(null);
  };
  const src = fresh ? (asset.data?.urls.file ?? null) : null;
  return {
    ...{ start: part?.start ?? 0, end: part?.end ?? 0, src, covers, stop },
    job: job !== null && !isOver(job) ? job : null,
  };
}

function madeBy(job: Job | null): string | null {
  if (job?.state !== "succeeded") return null;
  const ids = job.result?.asset_ids;
  return Array.isArray(ids) && typeof ids[0] === "string" ? ids[0] : null;
}
