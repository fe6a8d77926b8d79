import { useEffect } from "react";
import { useProjectNews } from "@/shared/live/projects";
import type { Edits } from "../server/edits";
import { useEditor } from "../state/editor";

/** Shows edits from elsewhere as they are told of, but nothing changes under the hand of who drags a clip. */
export function useNews(edits: Edits): void {
  useEffect(() => {
    const look = () => {
      const version = useProjectNews.getState().versions[edits.id];
      if (version !== undefined && useEditor.getState().ghost === null) void edits.hear(version);
    };
    look(); // it may have been edited while another page was shown
    const leave = [
      useProjectNews.subscribe(look),
      useEditor.subscribe((now, before) => now.ghost === null && before.ghost !== null && look()),
    ];
    return () => {
      for (const each of leave) each();
    };
  }, [edits]);
}
