import { memo, useEffect, useRef } from "react";
import { type EditorState, useEditor } from "../state/editor";
import { xOf } from "./scale";

/** The playhead. It moves by a CSS transform alone, so neither React nor a canvas has to render. */
export const Playhead = memo(function Playhead({ className = "" }: { className?: string | undefined }) {
  const mark = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const move = ({ playhead, scale }: EditorState) => {
      if (mark.current !== null) mark.current.style.transform = `translateX(${xOf(playhead, scale)}px)`;
    };
    move(useEditor.getState());
    return useEditor.subscribe((now, before) => {
      if (now.playhead !== before.playhead || now.scale !== before.scale) move(now);
    });
  }, []);
  return <div ref={mark} className={className} aria-hidden />;
});
