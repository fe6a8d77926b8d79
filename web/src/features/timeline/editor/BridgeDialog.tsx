import { Button, Group, NativeSelect, NumberInput, Stack, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { newKey } from "@/shared/api/client";
import { Dialog } from "@/shared/ui/Dialog";
import type { Model } from "../server/calls";
import { useBridgeModels } from "../server/queries";
import { useFilm } from "../state/film";
import type { BridgePlace } from "./dialogs";
import { RebuildButton } from "./RebuildButton";

interface Props {
  place: BridgePlace;
  close: () => void;
}

/** A new shot in a gap or after a clip: its prompt, model and length. It can be generated right away. */
export function BridgeDialog({ place, close }: Props) {
  const { t } = useTranslation("timeline");
  const { t: shared } = useTranslation("shared");
  const [made, setMade] = useState<string | null>(null);
  const nowhere = place.edit === "fill_gap" ? place.track === null : place.after === null;
  return (
    <Dialog
      opened
      onClose={close}
      title={t(`bridge.${place.edit}`)}
      closeButtonProps={{ "aria-label": shared("close") }}
    >
      {nowhere ? (
        <Text size="sm">{t(place.edit === "fill_gap" ? "bridge.noGap" : "bridge.noClip")}</Text>
      ) : made === null ? (
        <BridgeForm place={place} done={setMade} />
      ) : (
        <Stack>
          <Text size="sm" role="status">
            {t("bridge.placed")}
          </Text>
          <Group justify="flex-end">
            <RebuildButton shots={[made]} />
          </Group>
        </Stack>
      )}
    </Dialog>
  );
}

function BridgeForm({ place, done }: { place: BridgePlace; done: (shot: string) => void }) {
  const { t } = useTranslation("timeline");
  const { edits } = useFilm();
  const { data: models = [] } = useBridgeModels();
  const [prompt, setPrompt] = useState("");
  const [name, setName] = useState<string | null>(null);
  const [frames, setFrames] = useState<string | number>("");
  const [sending, setSending] = useState(false);
  const model = models.find((one) => one.name === name) ?? models[0];
  const put = async () => {
    const shot = newKey();
    const where = place.edit === "fill_gap" ? { track: place.track, frame: place.frame } : { after: place.after };
    setSending(true);
    const length = typeof frames === "number" ? { frames } : {};
    const there = await edits.bridge({
      edit: place.edit,
      ...where,
      prompt,
      shot,
      ...length,
      ...(model && { model: model.name }),
    });
    setSending(false);
    if (there) done(shot);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void put();
      }}
    >
      <Stack>
        <Textarea
          data-autofocus
          label={t("bridge.prompt")}
          autosize
          minRows={2}
          maxRows={8}
          value={prompt}
          onChange={(event) => setPrompt(event.currentTarget.value)}
        />
        <NativeSelect
          label={t("bridge.model")}
          value={model?.name ?? ""}
          data={models.map((one) => ({ value: one.name, label: one.title }))}
          {...(endsFreely(place, model) ? { description: t("bridge.freeEnd") } : {})}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <NumberInput
          label={t("bridge.frames")}
          description={t(place.edit === "fill_gap" ? "bridge.gapFrames" : "bridge.extendFrames")}
          placeholder={model && String(model.defaults.frames)}
          value={frames}
          onChange={setFrames}
          min={1}
          {...(model ? { max: model.limits.most_frames, step: model.limits.temporal } : {})}
          allowDecimal={false}
        />
        <Group justify="flex-end">
          <Button type="submit" loading={sending} disabled={prompt.trim() === "" || model === undefined}>
            {t("bridge.put")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function endsFreely(place: BridgePlace, model: Model | undefined): boolean {
  return place.edit === "fill_gap" && model !== undefined && !model.accepts.includes("last_image");
}
