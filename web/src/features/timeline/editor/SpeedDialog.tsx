import { Button, Checkbox, Group, NumberInput, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "@/shared/ui/Dialog";
import { findClip, nameOf } from "../model/finding";
import { toNumber } from "../model/fraction";
import { speedOf, timed } from "../model/mapping";
import { editor, useEditor } from "../state/editor";
import { useFilm } from "../state/film";
import { fromPercent } from "./speed";

/** A clip's speed in percent: below 0 plays backwards, 0 freezes a frame. */
export function SpeedDialog({ close }: { close: () => void }) {
  const { t } = useTranslation("timeline");
  const { t: shared } = useTranslation("shared");
  const { project, timeline, edits } = useFilm();
  const lying = findClip(
    timeline,
    useEditor((state) => state.active ?? state.selection[0]),
  );
  const [percent, setPercent] = useState<string | number>(lying === null ? 100 : 100 * toNumber(speedOf(lying.clip)));
  const [ripple, setRipple] = useState(true);
  const able = lying !== null && timed(lying.clip) !== null;
  const set = () => {
    const speed = fromPercent(percent);
    if (lying === null || speed === null) return;
    const alone = editor.now().linked ? {} : { alone: true };
    void edits.run([{ edit: "set_speed", clip: lying.clip.id, speed, ripple, ...alone }]);
    close();
  };
  return (
    <Dialog opened onClose={close} title={t("speed.title")} closeButtonProps={{ "aria-label": shared("close") }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          set();
        }}
      >
        <Stack>
          <Text size="sm">{able ? nameOf(project, lying.clip) || t("unnamed") : t("speed.none")}</Text>
          <NumberInput
            data-autofocus
            label={t("speed.percent")}
            description={t("speed.text")}
            value={percent}
            onChange={setPercent}
            min={-100_000}
            max={100_000}
            suffix=" %"
            disabled={!able}
          />
          <Checkbox
            label={t("speed.ripple")}
            checked={ripple}
            onChange={(event) => setRipple(event.currentTarget.checked)}
            disabled={!able}
          />
          <Group justify="flex-end">
            <Button type="submit" disabled={!able || fromPercent(percent) === null}>
              {t("speed.set")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
