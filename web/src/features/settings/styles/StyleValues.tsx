import { Fieldset, NumberInput, Select, SimpleGrid } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Draft } from "./draft";

const SOLVERS = ["unipc", "dpm++", "euler"] as const;
const ACCURACIES = ["exact", "high", "fast"] as const;

const NUMBERS = [
  { name: "steps", min: 1, max: 1000, decimals: 0 },
  { name: "guidanceLow", min: 0, max: 100, decimals: 2 },
  { name: "guidanceHigh", min: 0, max: 100, decimals: 2 },
  { name: "shift", min: 0.01, max: 100, decimals: 2 },
  { name: "motion", min: 0, max: 1, decimals: 2 },
] as const;

/** Values for clips that set none themselves. */
export function StyleValues({ draft, set }: { draft: Draft; set: (change: Partial<Draft>) => void }) {
  const { t } = useTranslation("settings");
  return (
    <Fieldset legend={t("styles.values")}>
      <SimpleGrid cols={{ base: 1, xs: 2, sm: 3 }}>
        {NUMBERS.map(({ name, min, max, decimals }) => (
          <NumberInput
            key={name}
            label={t(`styles.field.${name}`)}
            placeholder={t("styles.open")}
            min={min}
            max={max}
            decimalScale={decimals}
            step={decimals === 0 ? 1 : 0.1}
            value={draft[name]}
            onChange={(typed) => set({ [name]: typed === "" || Number.isNaN(Number(typed)) ? "" : Number(typed) })}
          />
        ))}
        <Select
          label={t("styles.field.solver")}
          placeholder={t("styles.open")}
          data={[...SOLVERS]}
          clearable
          value={draft.solver}
          onChange={(solver) => set({ solver: SOLVERS.find((one) => one === solver) ?? null })}
        />
        <Select
          label={t("styles.field.accuracy")}
          placeholder={t("styles.open")}
          data={ACCURACIES.map((value) => ({ value, label: t(`accuracy.${value}`) }))}
          clearable
          value={draft.accuracy}
          onChange={(accuracy) => set({ accuracy: ACCURACIES.find((one) => one === accuracy) ?? null })}
        />
      </SimpleGrid>
    </Fieldset>
  );
}
