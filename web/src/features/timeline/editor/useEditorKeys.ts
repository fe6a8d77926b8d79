import { useTranslation } from "react-i18next";
import { type Acts, useOffer } from "@/shared/offered";
import { type ShortcutName, useShortcut } from "@/shared/shortcuts";
import { fitted, zoomed } from "../canvas/scale";
import { editor, type Tool, useEditor } from "../state/editor";
import { useFilm } from "../state/film";
import { faster } from "../viewer/shuttle";
import { actsOn } from "./acts";
import { dialogs } from "./dialogs";

/** The editor's shortcuts. Those that change the film are also in the command palette, and need write access. */
export function useEditorKeys(): void {
  const film = useFilm();
  const { t } = useTranslation("timeline");
  const acts = actsOn(film);
  const { mayWrite } = film;
  useActs({
    playPause: () => editor.set({ shuttle: editor.now().shuttle === 0 ? 1 : 0 }),
    cutReverse: () => editor.set({ shuttle: faster(editor.now().shuttle, -1) }),
    cutStop: () => editor.set({ shuttle: 0 }),
    cutForward: () => editor.set({ shuttle: faster(editor.now().shuttle, 1) }),
    frameBack: () => acts.step(-1),
    frameForward: () => acts.step(1),
    cutTenBack: () => acts.step(-10),
    cutTenOn: () => acts.step(10),
    cutStart: () => acts.seek(0),
    cutEnd: acts.toEnd,
    cutBefore: () => acts.toCut(-1),
    cutAfter: () => acts.toCut(1),
    cutIn: () => acts.mark("markIn"),
    cutOut: () => acts.mark("markOut"),
    cutClear: acts.clearMarks,
    cutZoomIn: () => zoom(1.5),
    cutZoomOut: () => zoom(1 / 1.5),
    cutFit: () => editor.set({ scale: fitted(film.duration, editor.now().width) }),
    selectAll: acts.selectAll,
    cutExport: dialogs.openExport,
    cutSnap: () => editor.set({ snap: !editor.now().snap }),
    cutMagnet: () => editor.set({ magnet: !editor.now().magnet }),
    cutLinked: () => editor.set({ linked: !editor.now().linked }),
    cutSelect: tool("select"),
    cutRazor: tool("razor"),
    cutSlip: tool("slip"),
    cutSlide: tool("slide"),
  });
  const changes: Acts = {
    cutSplit: acts.split,
    remove: acts.lift,
    cutClose: acts.close,
    cutTrimHead: () => acts.trimTo("head"),
    cutTrimTail: () => acts.trimTo("tail"),
    cutShorter: () => acts.nudgeEnd(-1),
    cutLonger: () => acts.nudgeEnd(1),
    cutMoveBack: () => acts.nudge(-1),
    cutMoveOn: () => acts.nudge(1),
    cutLink: acts.link,
    cutEnabled: acts.enable,
    cutSpeed: dialogs.openSpeed,
    cutTransition: acts.transition,
    cutMarker: acts.marker,
    cutTitle: () => acts.addTitle(t("titles.usual")),
    cutFillGap: acts.fillGap,
    cutExtend: acts.extend,
    cutInsert: () => acts.place("insert"),
    cutOverwrite: () => acts.place("overwrite"),
    cutAppend: () => acts.place("append"),
  };
  useActs(changes, mayWrite);
  useOffer(changes, mayWrite);
}

/** The names are the same at every render, so hooks may be called in a loop. */
function useActs(acts: Acts, enabled = true): void {
  for (const name of Object.keys(acts) as ShortcutName[]) {
    // biome-ignore lint/correctness/useHookAtTopLevel: the names are always the same
    useShortcut(
      name,
      (event) => {
        if (!isElsewhere(event)) acts[name]?.();
      },
      enabled,
    );
  }
}

/** Fields, dialogs, menus and sliders use keys themselves. */
function isElsewhere(event: KeyboardEvent): boolean {
  const target = event.target;
  if (!(target instanceof Element)) return false;
  if (target.closest("input,textarea,select,[role=dialog],[role=menu]") !== null) return true;
  const moves = /^(Arrow|Home|End)/.test(event.key);
  return (
    moves &&
    target.closest("[role=slider]:not([data-playhead]),[role=radiogroup],[role=separator],[role=combobox]") !== null
  );
}

export function zoom(factor: number): void {
  const { scale, width, playhead } = useEditor.getState();
  const x = (playhead - scale.left) * scale.zoom;
  editor.set({ scale: zoomed(scale, factor, x >= 0 && x <= width ? x : width / 2) });
}

const tool = (name: Tool) => () => editor.set({ tool: name });
