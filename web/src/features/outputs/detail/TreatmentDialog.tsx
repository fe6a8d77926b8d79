import { Button, Checkbox, Group, Select, Slider, Stack, Text } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/shared/api/client";
import { number, rate } from "@/shared/format";
import type { Job } from "@/shared/live/jobs";
import { tellFault } from "@/shared/tell";
import { Dialog } from "@/shared/ui/Dialog";
import { type Amount, type Measured, STAGES, type StageName, type Treatment, usable } from "./treatment";
import { treat } from "./useClipJobs";

interface Props {
  asset: Schemas["AssetAnswer"];
  /** The filters that are chosen when the dialog opens. */
  start: Treatment;
  submitted: (job: Job) => void;
  close: () => void;
}

const RATES = [24, 30, 48, 60];

/** Asks which filters to apply to a clip; the result is a new clip. */
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
    <Dialog opened onClose={close} title={t("treat.title")} closeButtonProps={{ "aria-label": ts("close") }}>
      <form onSubmit={submit}>
        <Stack>
          <Text size="sm">{t("treat.text")}</Text>
          {(Object.keys(STAGES) as StageName[]).map((name) => {
            const [value, amount] = [chosen[name] ?? null, STAGES[name]];
            const set = (changed: number | null) => setChosen({ ...chosen, [name]: changed });
            if (name === "frame_rate" || amount === "rate")
              return <Rate key={name} now={now} value={value} set={set} />;
            return <Stage key={name} name={name} amount={amount} value={value} set={set} />;
          })}
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
    </Dialog>
  );
}

interface Choice {
  value: number | null;
  set: (value: number | null) => void;
}

function Rate({ now, value, set }: Choice & { now: number }) {
  const { t } = useTranslation("outputs");
  return (
    <Select
      label={t("treat.frame_rate")}
      data={[
        { value: "", label: t("treat.sameRate", { rate: number(now, now % 1 === 0 ? 0 : 2) }) },
        ...RATES.filter((one) => one > now).map((one) => ({ value: String(one), label: String(one) })),
      ]}
      value={String(value ?? "")}
      allowDeselect={false}
      onChange={(rate) => set(rate ? Number(rate) : null)}
    />
  );
}

function Stage({ name, amount, value, set }: Choice & { name: Measured; amount: Amount }) {
  const { t } = useTranslation("outputs");
  const { least, usual, most, step } = amount;
  return (
    <Stack gap={4}>
      <Checkbox
        label={t(`treat.${name}`)}
        description={name === "deflicker" ? t("treat.deflickerText", { least, most }) : null}
        checked={value !== null}
        onChange={(event) => set(event.currentTarget.checked ? usual : null)}
      />
      {value !== null && (
        <Slider
          aria-label={t("treat.amount", { stage: t(`treat.${name}`) })}
          thumbLabel={t("treat.amount", { stage: t(`treat.${name}`) })}
          min={least}
          max={most}
          step={step}
          value={value}
          label={(chosen) => number(chosen, Number.isInteger(step) ? 0 : 2)}
          onChange={set}
        />
      )}
    </Stack>
  );
}
