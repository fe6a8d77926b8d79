import { useTranslation } from "react-i18next";
import { AssetBrowser } from "../browser/AssetBrowser";
import { TimelinePanel } from "../canvas/TimelinePanel";
import { Inspector } from "../inspector/Inspector";
import { Viewer } from "../viewer/Viewer";
import { Divider } from "./Divider";
import classes from "./Editor.module.css";
import { Head } from "./Head";
import { useSizes } from "./sizes";
import { useEditorKeys } from "./useEditorKeys";

/** The editor of one film: library, viewer, inspector and timeline. */
export function Editor() {
  const { t } = useTranslation("timeline");
  const { browser, inspector, timeline } = useSizes();
  useEditorKeys();
  return (
    <div
      className={classes.editor}
      style={{
        // In a narrow window the panels shrink to their smallest usable size, so that the picture stays visible.
        gridTemplateColumns: `minmax(120px, ${browser}px) 11px minmax(200px, 1fr) 11px minmax(170px, ${inspector}px)`,
        gridTemplateRows: `auto minmax(160px, 1fr) 11px ${timeline}px`,
      }}
    >
      <div className={classes.head}>
        <Head />
      </div>
      <section className={classes.browser} aria-label={t("panel.browser")}>
        <AssetBrowser />
      </section>
      <Divider panel="browser" way={1} />
      <div className={classes.viewer}>
        <Viewer />
      </div>
      <Divider panel="inspector" way={-1} />
      <section className={classes.inspector} aria-label={t("panel.inspector")}>
        <Inspector />
      </section>
      <Divider panel="timeline" way={-1} />
      <section className={classes.timeline} aria-label={t("panel.timeline")}>
        <TimelinePanel />
      </section>
    </div>
  );
}
