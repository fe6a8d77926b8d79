import { Button, Menu } from "@mantine/core";
import {
  IconArrowAutofitWidth,
  IconArrowsHorizontal,
  IconArrowsMoveHorizontal,
  IconFlag,
  IconGauge,
  IconLink,
  IconMagnet,
  IconPlus,
  IconPointer,
  IconScissors,
  IconSeparator,
  IconSlice,
  IconTransitionRight,
  IconTrash,
  IconTrashX,
  IconTypography,
  IconUnlink,
  IconViewfinder,
  IconZoomIn,
  IconZoomOut,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useShallow } from "zustand/react/shallow";
import { Act } from "../editor/Act";
import { actsOn } from "../editor/acts";
import { dialogs } from "../editor/dialogs";
import { zoom } from "../editor/useEditorKeys";
import { editor, type Tool, useEditor } from "../state/editor";
import { useFilm } from "../state/film";
import { fitted } from "./scale";
import classes from "./Timeline.module.css";

const TOOLS = [
  { name: "select", Icon: IconPointer, keys: "cutSelect" },
  { name: "razor", Icon: IconSlice, keys: "cutRazor" },
  { name: "slip", Icon: IconArrowsHorizontal, keys: "cutSlip" },
  { name: "slide", Icon: IconArrowsMoveHorizontal, keys: "cutSlide" },
] as const satisfies readonly { name: Tool; Icon: typeof IconPointer; keys: string }[];

/** Tools and edits for the tracks, with their shortcuts. */
export function Toolbar() {
  const { t } = useTranslation("timeline");
  const film = useFilm();
  const { tool, snap, magnet, linked } = useEditor(
    useShallow(({ tool, snap, magnet, linked }) => ({ tool, snap, magnet, linked })),
  );
  const acts = actsOn(film);
  return (
    <div className={classes.tools} role="toolbar" aria-label={t("tools")}>
      {film.mayWrite && (
        <>
          {TOOLS.map(({ name, Icon, keys }) => (
            <Act
              key={name}
              label={t(`tool.${name}`)}
              Icon={Icon}
              keys={keys}
              pressed={tool === name}
              act={() => editor.set({ tool: name })}
            />
          ))}
          <span className={classes.gap} />
          <Act
            label={t("snap")}
            Icon={IconViewfinder}
            keys="cutSnap"
            pressed={snap}
            act={() => editor.set({ snap: !snap })}
          />
          <Act
            label={t("magnet")}
            Icon={IconMagnet}
            keys="cutMagnet"
            pressed={magnet}
            act={() => editor.set({ magnet: !magnet })}
          />
          <Act
            label={t("linkedEditing")}
            Icon={linked ? IconLink : IconUnlink}
            keys="cutLinked"
            pressed={linked}
            act={() => editor.set({ linked: !linked })}
          />
          <span className={classes.gap} />
          <Act label={t("split")} Icon={IconScissors} keys="cutSplit" act={acts.split} />
          <Act label={t("lift")} Icon={IconTrash} keys="remove" act={acts.lift} />
          <Act label={t("closeUp")} Icon={IconTrashX} keys="cutClose" act={acts.close} />
          <Act label={t("link")} Icon={IconLink} keys="cutLink" act={acts.link} />
          <Act label={t("speed.title")} Icon={IconGauge} keys="cutSpeed" act={dialogs.openSpeed} />
          <Act label={t("transition.act")} Icon={IconTransitionRight} keys="cutTransition" act={acts.transition} />
          <Act label={t("extract")} Icon={IconSeparator} act={acts.extract} />
          <Act
            label={t("titles.act")}
            Icon={IconTypography}
            keys="cutTitle"
            act={() => acts.addTitle(t("titles.usual"))}
          />
          <Act label={t("marker.act")} Icon={IconFlag} keys="cutMarker" act={acts.marker} />
          <Add />
        </>
      )}
      <span style={{ flex: 1 }} />
      <Act label={t("zoomOut")} Icon={IconZoomOut} keys="cutZoomOut" act={() => zoom(1 / 1.5)} />
      <Act label={t("zoomIn")} Icon={IconZoomIn} keys="cutZoomIn" act={() => zoom(1.5)} />
      <Act
        label={t("fit")}
        Icon={IconArrowAutofitWidth}
        keys="cutFit"
        act={() => editor.set({ scale: fitted(film.duration, editor.now().width) })}
      />
    </div>
  );
}

function Add() {
  const { t } = useTranslation("timeline");
  const acts = actsOn(useFilm());
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <Button size="compact-sm" variant="subtle" leftSection={<IconPlus size={15} aria-hidden />}>
          {t("add.button")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => acts.addTrack("video")}>{t("add.video")}</Menu.Item>
        <Menu.Item onClick={() => acts.addTrack("audio")}>{t("add.audio")}</Menu.Item>
        <Menu.Item onClick={() => acts.addTrack("prompt")}>{t("add.promptTrack")}</Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={acts.fillGap}>{t("bridge.fill_gap")}</Menu.Item>
        <Menu.Item onClick={acts.extend}>{t("bridge.extend")}</Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={() => acts.addEndless("prompt", t("add.promptText"))}>{t("add.prompt")}</Menu.Item>
        <Menu.Item onClick={() => acts.addEndless("colour", "")}>{t("add.colour")}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
