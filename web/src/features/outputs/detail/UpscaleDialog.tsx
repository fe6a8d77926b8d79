import { Button, Group, Radio, Select, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/shared/api/client";
import type { Job } from "@/shared/live/jobs";
import { tellFault } from "@/shared/tell";
import { Dialog } from "@/shared/ui/Dialog";
import { weightsQuery } from "@/shared/weights";
import { called, choices } from "./enlargements";
import { upscale } from "./useClipJobs";

interface Props {
  asset: Schemas["AssetAnswer"];
  submitted: (job: Job) => void;
  close: () => void;
}

/** Asks how to enlarge a clip; the result is a new clip. */
export function UpscaleDialog({ asset, submitted, close }: Props) {
  const { t } = useTranslation("outputs");
  const { t: ts } = useTranslation("shared");
  const { data: upscalers = [] } = useQuery(weightsQuery("upscaler"));
  const { width, height } = asset.facts as { width: number; height: number };
  const sizes = choices(width, height);
  const [place, setPlace] = useState(() => sizes.findIndex(({ playable }) => playable));
  const [chosen, setChosen] = useState("");
  const isLargest = place < 0;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const size = sizes[place];
    if (size) upscale(asset.id, size.wanted, chosen || null).then((jobs) => jobs.forEach(submitted), tellFault);
    close();
  };
  return (
    <Dialog opened onClose={close} title={t("upscale.title")} closeButtonProps={{ "aria-label": ts("close") }}>
      <form onSubmit={submit}>
        <Stack>
          <Text size="sm">{t("upscale.text")}</Text>
          <Radio.Group
            label={t("upscale.size")}
            description={isLargest && t("upscale.largest")}
            value={String(place)}
            onChange={(value) => setPlace(Number(value))}
          >
            <Stack gap="xs" mt="xs">
              {sizes.map(({ wanted: { scale, resolution }, playable, ...size }, number) => (
                <Radio
                  key={scale ?? resolution}
                  value={String(number)}
                  disabled={!playable}
                  label={
                    resolution
                      ? t("upscale.resolution", { resolution: called(resolution), ...size })
                      : t("upscale.times", { scale, ...size })
                  }
                />
              ))}
            </Stack>
          </Radio.Group>
          <Select
            label={t("upscale.method")}
            description={upscalers.length === 0 ? t("upscale.none") : chosen ? t("upscale.slow") : undefined}
            data={[
              { value: "", label: t("upscale.interpolate") },
              ...upscalers.map(({ id, name }) => ({ value: id, label: name || id })),
            ]}
            value={chosen}
            allowDeselect={false}
            onChange={(value) => setChosen(value ?? "")}
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>
              {ts("cancel")}
            </Button>
            <Button type="submit" disabled={isLargest}>
              {t("upscale.begin")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
