import { Group, SegmentedControl, Slider, Stack, Text } from "@mantine/core";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/shared/api/client";
import { Controls } from "@/shared/player/Controls";
import { Scrubber } from "@/shared/player/Scrubber";
import { timingOf } from "@/shared/player/timecode";
import { useShortcut } from "@/shared/shortcuts";
import classes from "./Compare.module.css";
import { DifferenceView } from "./DifferenceView";
import { Stage } from "./Stage";
import { useTransport } from "./useTransport";

export const VIEWS = ["side", "wipe", "difference"] as const;
export type View = (typeof VIEWS)[number];

/** The clips under one transport, side by side or stacked. */
export function Comparison({ assets }: { assets: Schemas["AssetAnswer"][] }) {
  const { t } = useTranslation("outputs");
  const facts = JSON.stringify(assets.map((asset) => asset.facts));
  const timings = useMemo(() => (JSON.parse(facts) as Record<string, unknown>[]).map((one) => timingOf(one)), [facts]);
  const transport = useTransport(timings);
  const [view, setView] = useState<View>("side");
  const [wipe, setWipe] = useState(50);

  useShortcut("playPause", (event) => handled(event, transport.toggle));
  useShortcut("frameBack", (event) => unlessOnSlider(event, () => transport.step(-1)));
  useShortcut("frameForward", (event) => unlessOnSlider(event, () => transport.step(1)));
  useShortcut("loop", () => transport.setLoop(!transport.loop));

  return (
    <Stack gap="sm" component="section" aria-label={t("compare.title")}>
      {assets.length === 2 && (
        <Group>
          <SegmentedControl
            aria-label={t("compare.view")}
            value={view}
            onChange={(value) => setView(value as View)}
            data={VIEWS.map((value) => ({ value, label: t(`compare.${value}`) }))}
          />
          {view === "wipe" && (
            <Slider
              value={wipe}
              onChange={setWipe}
              label={null}
              flex="1 1 200px"
              maw={420}
              thumbLabel={t("compare.wipeAt")}
            />
          )}
        </Group>
      )}
      <Stage assets={assets} videos={transport.videos} view={view} wipe={wipe} ready={transport.place}>
        {view === "difference" && <DifferenceView videos={transport.videos} resting={!transport.playing} />}
      </Stage>
      <div className={classes.transport}>
        <Scrubber frame={transport.frame} timing={transport.timing} seek={transport.seek} />
        <Controls playback={transport} frame={transport.frame} timing={transport.timing} sound={false} />
      </div>
      <Text size="sm">{t("compare.help")}</Text>
    </Stack>
  );
}

function handled(event: KeyboardEvent, act: () => void): void {
  event.preventDefault();
  act();
}

function unlessOnSlider(event: KeyboardEvent, act: () => void): void {
  if (event.target instanceof Element && event.target.closest("[role=slider],[role=radiogroup]")) return;
  handled(event, act);
}
