import { Alert } from "@mantine/core";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { Fault } from "@/shared/api/fault";
import { links } from "@/shared/links";
import { useMayWrite } from "@/shared/session";
import { type Clip, ClipContext } from "./clip";
import { countClips, toEstimates } from "./form/clips";
import { lacking } from "./form/fitting";
import { useForm } from "./form/store";
import type { ClipForm, Model } from "./form/types";
import { ownValues } from "./form/values";
import { Newest } from "./latest/Latest";
import { Alternatives } from "./panel/Alternatives";
import { Preflight } from "./panel/Preflight";
import classes from "./panel/panel.module.css";
import { SubmitBar } from "./panel/SubmitBar";
import { ReferencesSection } from "./references/ReferencesSection";
import { PageDrop } from "./restoring/PageDrop";
import { RestoreNotes } from "./restoring/RestoreNotes";
import { AdvancedSection } from "./sections/AdvancedSection";
import { CountSection } from "./sections/CountSection";
import { LookSection } from "./sections/LookSection";
import { ModelSection } from "./sections/ModelSection";
import { PromptSection } from "./sections/PromptSection";
import { ShapeSection } from "./sections/ShapeSection";
import { useLevels, usePresets, useStyles } from "./server/queries";
import { useEstimate } from "./server/useEstimate";
import { type Made, useSubmit } from "./server/useSubmit";

/** The clip's form on the left; its cost and the submit button on the right. */
export function ClipPage({ model, models }: { model: Model; models: Model[] }) {
  const { t } = useTranslation("generate");
  const form = useForm(({ form }) => form);
  const mayWrite = useMayWrite();
  const complete = lacking(form, model).length === 0;
  const estimate = useEstimate(complete ? toEstimates(form, model) : []);
  const [said, setSaid] = useState("");
  const navigate = useNavigate();
  const submitting = useSubmit(form, model, ({ jobs, batches }: Made) => {
    const [batch, ...more] = batches;
    setSaid(t("submit.queued", { count: jobs }));
    // A sheet shows one batch; several are linked from below.
    if (form.draftSteps !== null && batch && more.length === 0) void navigate(links.sheet(batch));
  });
  useOnChange(form, () => {
    setSaid("");
    if (submitting.error) submitting.reset();
  });
  const clip = useKnown({ model, models, mayWrite, estimate, submitFault: submitting.error });

  return (
    <ClipContext value={clip}>
      {!mayWrite && <Alert title={t("readOnly.title")}>{t("readOnly.text")}</Alert>}
      <RestoreNotes />
      <div className={classes.page}>
        <fieldset className={classes.form} disabled={!mayWrite} aria-label={t("form")}>
          <PromptSection />
          <ModelSection />
          <ReferencesSection />
          <ShapeSection />
          <LookSection />
          <CountSection />
          <AdvancedSection />
        </fieldset>
        <div className={classes.side}>
          <Preflight estimate={estimate} clips={countClips(form, model).all} />
          {mayWrite && <SubmitBar submitting={submitting} said={said} />}
          {mayWrite && estimate.data && complete && <Alternatives estimate={estimate.data} />}
          <Newest />
        </div>
      </div>
      {mayWrite && <PageDrop models={models} />}
    </ClipContext>
  );
}

/** Messages about the form are cleared when it changes. */
function useOnChange(form: ClipForm, act: () => void): void {
  const before = useRef(form);
  useEffect(() => {
    if (before.current === form) return;
    before.current = form;
    act();
  });
}

interface Sources {
  model: Model;
  models: Model[];
  mayWrite: boolean;
  estimate: ReturnType<typeof useEstimate>;
  submitFault: Error | null;
}

/** Everything besides the form that its sections need. */
function useKnown({ model, models, mayWrite, estimate, submitFault }: Sources): Clip {
  const form = useForm(({ form }) => form);
  const { data: presets = [] } = usePresets();
  const { data: levels = [] } = useLevels();
  const { data: styles = [] } = useStyles();
  const { data, error } = estimate;
  return useMemo(() => {
    const errors = { ...(submitFault instanceof Fault ? submitFault.fields : {}), ...error?.fields };
    const values = ownValues(form, model, { presets, levels, estimate: data });
    return { model, models, presets, levels, styles, values, errors, mayWrite };
  }, [form, model, models, presets, levels, styles, data, error, submitFault, mayWrite]);
}
