import { create } from "zustand";
import { shallow } from "zustand/shallow";
import { type EditorState, FRESH, useEditor } from "./editor";

/** What changes more often is not read, and each change of what is written has the page laid out and painted. */
const PAUSE_MS = 80;

type Readout = Pick<EditorState, "playhead" | "scale">;

const partOf = ({ playhead, scale }: EditorState): Readout => ({ playhead, scale });

/** Where playhead and view are, for whatever says so: told at once, while they move after pauses, and where they rest. */
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
