import { Button, Checkbox, Group, Modal, Select, Slider, Stack, Text } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/shared/api/client";
import { number, rate } from "@/shared/format";
import type { Job } from "@/shared/live/jobs";
import { tellFault } from "@/shared/tell";
import { SHARES, type Share, type Treatment, usable } from "./treatment";
import { treat } from "./useClipJobs";

interface Props {
  asset: Schemas["AssetAnswer"];
  /** What is chosen when the dialog opens. */
  start: Treatment;
  submitted: (job: Job) => void;
  close: () => void;
}

const RATES = [24, 30, 48, 60];

/** Asks what is to be done to a clip; what comes of it is another one. */
export function TreatmentDialog({ asset, start, submitted, close }: Props) {
  const { t } = useTranslation("outputs");
  const { t: ts } = useTranslation("shared");
  const [chosen, setChosen] = useState(start);
  const now = typeof asset.facts.frame_rate === "string" ? rate(asset.facts.frame_rate) : 0;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    treat(asset.id, chosen).then((jobs) => jobs.forEach(submitted), tellFault);
    close();
  };
  return (
    <Modal opened onClose={close} title={t("treat.title")} closeButtonProps={{ "aria-label": ts("close") }}>
      <form onSubmit={submit}>
        <Stack>
          <Text size="sm">{t("treat.text")}</Text>
          {(Object.keys(SHARES) as Share[]).map((name) => (
            <Stage
              key={name}
              name={name}
              value={chosen[name] ?? null}
              set={(value) => setChosen({ ...chosen, [name]: value })}
            />
          ))}
          <Select
            label={t("treat.frame_rate")}
            data={[
              { value: "", label: t("treat.sameRate", { rate: number(now, now % 1 === 0 ? 0 : 2) }) },
              ...RATES.filter((one) => one > now).map((one) => ({ value: String(one), label: String(one) })),
            ]}
            value={String(chosen.frame_rate ?? "")}
            allowDeselect={false}
            onChange={(value) => setChosen({ ...chosen, frame_rate: value ? Number(value) : null })}
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>
              {ts("cancel")}
            </Button>
            <Button type="submit" disabled={!usable(chosen)}>
              {t("treat.begin")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function Stage({ name, value, set }: { name: Share; value: number | null; set: (value: number | null) => void }) {
  const { t } = useTranslation("outputs");
  const { usual, most } = SHARES[name];
  return (
    <Stack gap={4}>
      <Checkbox
        label={t(`treat.${name}`)}
        checked={value !== null}
        onChange={(event) => set(event.currentTarget.checked ? usual : null)}
      />
      {value !== null && (
        <Slider
          aria-label={t("treat.amount", { stage: t(`treat.${name}`) })}
          thumbLabel={t("treat.amount", { stage: t(`treat.${name}`) })}
          min={0}
          max={most}
          step={0.05}
          value={value}
          label={(amount) => number(amount, 2)}
          onChange={set}
        />
      )}
    </Stack>
  );
}
