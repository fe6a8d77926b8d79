import { create } from "zustand";
import { shallow } from "zustand/shallow";
import { type EditorState, FRESH, useEditor } from "./editor";

/** Nobody can read faster changes, and each change of a text makes the browser lay out and paint the page. */
const PAUSE_MS = 80;

type Readout = Pick<EditorState, "playhead" | "scale">;

const partOf = ({ playhead, scale }: EditorState): Readout => ({ playhead, scale });

/** Playhead and view for display: the first change shows at once, further ones at intervals, the last one always. */
export const useReadout = create<Readout>()(() => partOf(FRESH));

let pausing = false;

function tell(): void {
  const now = partOf(useEditor.getState());
  if (pausing || shallow(now, useReadout.getState())) return;
  useReadout.setState(now);
  pausing = true;
  setTimeout(() => {
    pausing = false;
    tell();
  }, PAUSE_MS);
}

useEditor.subscribe(tell);
