import { Button, Group, SegmentedControl, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { LookNode } from "../model/project";
import { CHANNELS, type Channel, middleTone, STRAIGHT, type Tone, tonesOf, withTone } from "../model/tones";
import { CurveSquare } from "./CurveSquare";

interface Props {
  node: LookNode;
  locked: boolean;
  /** Resolves when the server has accepted or refused the change. */
  change: (node: LookNode) => Promise<unknown>;
}

/** The tone curves for all colours together and for each channel, one at a time. */
export function CurvesPart({ node, locked, change }: Props) {
  const { t } = useTranslation("timeline");
  const [channel, setChannel] = useState<Channel>("master");
  const [draft, setDraft] = useState<readonly Tone[] | null>(null);
  const points = draft ?? tonesOf(node, channel);
  const send = async (next: readonly Tone[]) => {
    setDraft(next); // until the server has it, so that the next key press continues from here
    await change({ ...node, [channel]: next });
    setDraft((now) => (now === next ? null : now));
  };
  const added = withTone(points, middleTone(points));
  return (
    <Stack gap={6}>
      <SegmentedControl
        size="xs"
        fullWidth
        aria-label={t("curves.channel")}
        value={channel}
        onChange={(value) => {
          setDraft(null);
          setChannel(value as Channel);
        }}
        data={CHANNELS.map((value) => ({ value, label: t(`curves.${value}`) }))}
      />
      <CurveSquare
        label={t("curves.of", { channel: t(`curves.${channel}`) })}
        channel={channel}
        points={points}
        locked={locked}
        draw={setDraft}
        send={(next) => void send(next)}
      />
      {!locked && (
        <>
          <Group gap="xs">
            <Button
              size="compact-xs"
              variant="default"
              disabled={added === null}
              onClick={() => added && void send(added.points)}
            >
              {t("curves.add")}
            </Button>
            <Button size="compact-xs" variant="default" onClick={() => void send(STRAIGHT)}>
              {t("curves.straight")}
            </Button>
          </Group>
          <Text size="xs" c="dimmed">
            {t("curves.note")}
          </Text>
        </>
      )}
    </Stack>
  );
}
