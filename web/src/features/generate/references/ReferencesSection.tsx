import { SimpleGrid } from "@mantine/core";
import { lazy, Suspense, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Section } from "@/shared/ui/Section";
import { useClip } from "../clip";
import { rolesOf } from "../form/fitting";
import { useForm } from "../form/store";
import { ReferenceZone } from "./ReferenceZone";
import { openDialog, useWork } from "./work";

// Not needed for the first view, so they load when opened.
const CropDialog = lazy(async () => ({ default: (await import("./CropDialog")).CropDialog }));
const FrameDialog = lazy(async () => ({ default: (await import("./FrameDialog")).FrameDialog }));
const LibraryDialog = lazy(async () => ({ default: (await import("./LibraryDialog")).LibraryDialog }));

/** The references that the model's task takes besides the prompt. */
export function ReferencesSection() {
  const { t } = useTranslation("generate");
  const { model } = useClip();
  const task = useForm(({ form }) => form.task);
  const dialog = useWork((work) => work.dialog);
  const { needed, optional } = rolesOf(model, task);
  const zones = [
    ...needed.flatMap((group) =>
      group.map((role) => ({ role, need: group.length > 1 ? "either" : "needed" }) as const),
    ),
    ...optional.map((role) => ({ role, need: "optional" }) as const),
  ];
  const close = () => openDialog(null);
  useEffect(() => () => openDialog(null), []); // no dialog is left open for the next visit
  return (
    <>
      {zones.length > 0 && (
        <Section title={t("reference.title")}>
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
            {zones.map(({ role, need }) => (
              <ReferenceZone key={role} role={role} need={need} />
            ))}
          </SimpleGrid>
        </Section>
      )}
      <Suspense>
        {dialog?.kind === "crop" && <CropDialog role={dialog.role} close={close} />}
        {dialog?.kind === "frame" && <FrameDialog {...dialog} close={close} />}
        {dialog?.kind === "library" && <LibraryDialog role={dialog.role} close={close} />}
      </Suspense>
    </>
  );
}
