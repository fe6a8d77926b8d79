import { SimpleGrid, Switch, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Section } from "@/shared/ui/Section";
import { useClip, useError } from "../clip";
import { NumberField } from "../fields/NumberField";
import { countClips, MOST_CLIPS } from "../form/clips";
import { useForm } from "../form/store";
import { GridFields } from "./GridFields";
import { SeedField } from "./SeedField";

const DRAFTS = 6;
/** The default share of a clip's steps that a draft runs. */
const DRAFT_SHARE = 0.3;

/** How many clips are made, and how they differ. */
export function CountSection() {
  const { t } = useTranslation("generate");
  const { model, values } = useClip();
  const { form, change } = useForm();
  const draftError = useError("draft_steps");
  const counts = countClips(form, model);
  const usualDraft = Math.max(1, Math.min(values.steps - 1, Math.round(values.steps * DRAFT_SHARE)));
  const drafts = form.draftSteps !== null;

  return (
    <Section title={t("count.title")}>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm" maw={540}>
        <NumberField
          label={t("count.seeds")}
          description={t("count.seedsText")}
          inputWrapperOrder={["label", "input", "description", "error"]}
          value={form.seeds === 1 ? null : form.seeds}
          own={1}
          onChange={(seeds) => change({ seeds: seeds ?? 1 })}
          min={1}
          max={MOST_CLIPS}
          allowDecimal={false}
        />
        <SeedField />
      </SimpleGrid>
      <Switch
        label={t("count.drafts")}
        description={t("count.draftsText")}
        checked={drafts}
        disabled={values.steps < 2}
        onChange={() =>
          change(
            drafts ? { draftSteps: null } : { draftSteps: usualDraft, seeds: form.seeds > 1 ? form.seeds : DRAFTS },
          )
        }
      />
      {drafts && (
        <NumberField
          label={t("count.draftSteps")}
          value={form.draftSteps}
          own={usualDraft}
          onChange={(steps) => change({ draftSteps: steps ?? usualDraft })}
          min={1}
          max={Math.max(1, values.steps - 1)}
          allowDecimal={false}
          maw={240}
          error={draftError}
        />
      )}
      <GridFields />
      {counts.prompts * counts.cells > 1 && (
        <Text size="sm">
          {t("count.product", { prompts: counts.prompts, cells: counts.cells, seeds: counts.seeds, all: counts.all })}
        </Text>
      )}
    </Section>
  );
}
