import { Button, Kbd, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { shown, useKeysOf, useShortcut } from "@/shared/shortcuts";
import { FaultNote } from "@/shared/ui/FaultNote";
import { useClip, useIsMarked } from "../clip";
import { countClips, isGridRight, MOST_CLIPS } from "../form/clips";
import { lacking } from "../form/fitting";
import { useForm } from "../form/store";
import type { useSubmit } from "../server/useSubmit";
import classes from "./panel.module.css";

interface Props {
  submitting: ReturnType<typeof useSubmit>;
  /** Message about what was queued last. */
  said: string;
}

/** The submit button, with its errors and messages. */
export function SubmitBar({ submitting, said }: Props) {
  const { t } = useTranslation("generate");
  const { model } = useClip();
  const form = useForm(({ form }) => form);
  const keys = shown(useKeysOf("submit"));
  const { all } = countClips(form, model);
  const reason = useReason(all);
  const ready = reason === null;
  const press = () => {
    if (ready) submitting.submit();
  };
  useShortcut("submit", (event) => {
    event.preventDefault();
    press();
  });
  const { error } = submitting;
  const isMarked = useIsMarked(error);

  return (
    <Stack gap="xs" className={classes.submit ?? ""}>
      {error && !isMarked && <FaultNote error={error} retry={press} />}
      <Button size="md" fullWidth loading={submitting.isPending} disabled={!ready} onClick={press}>
        {form.draftSteps !== null
          ? t("submit.drafts", { count: all })
          : all === 1
            ? t("submit.clip")
            : t("submit.clips", { count: all })}
      </Button>
      {reason === null ? (
        <Text size="xs" c="dimmed" ta="center" visibleFrom="sm">
          <Kbd size="xs">{keys}</Kbd>
        </Text>
      ) : (
        <Text size="xs" c="dimmed" ta="center">
          {reason}
        </Text>
      )}
      {/* For screen reader users, who do not see the clip appear below. */}
      <Text role="status" size="sm" ta="center">
        {isMarked ? t("submit.wrong") : said}
      </Text>
    </Stack>
  );
}

/** Why the form cannot be submitted yet, or null. */
function useReason(all: number): string | null {
  const { t } = useTranslation("generate");
  const { model } = useClip();
  const form = useForm(({ form }) => form);
  if (form.prompt.trim() === "") return t("submit.noPrompt");
  if (lacking(form, model).length > 0) return t("submit.noReference");
  if (!isGridRight(form, model)) return t("submit.wrongGrid");
  if (all > MOST_CLIPS) return t("submit.tooMany", { most: MOST_CLIPS });
  return null;
}
