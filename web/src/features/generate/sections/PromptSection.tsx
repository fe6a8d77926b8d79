import { Button, Group, Stack, Text, Textarea } from "@mantine/core";
import { IconWand } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { number } from "@/shared/format";
import { useClip, useError } from "../clip";
import { OwnButton } from "../fields/OwnButton";
import { laterPrompts, withoutLater } from "../form/fitting";
import { useForm } from "../form/store";
import { expandWildcards, hasWildcards } from "../form/wildcards";
import { replaceForm } from "../restoring/restoring";
import { EnhancePreview } from "./EnhancePreview";
import { PromptList } from "./PromptList";

/** The prompt and the negative prompt. */
export function PromptSection() {
  const { t } = useTranslation("generate");
  const { model } = useClip();
  const { form, change } = useForm();
  const [enhancing, setEnhancing] = useState(false);
  const most = model.limits.most_prompt_characters;
  const prompts = expandWildcards(form.prompt);
  const length = Math.max(...prompts.map((prompt) => [...prompt].length));
  const refused = useError("prompt");
  const error = length > most ? t("prompt.tooLong", { most: number(most) }) : refused;
  const many = hasWildcards(form.prompt);
  const later = laterPrompts(form, model);

  return (
    <Stack gap="sm">
      <Textarea
        id="prompt"
        label={t("prompt.label")}
        placeholder={t("prompt.example")}
        description={t("prompt.count", { length: number(length), most: number(most) })}
        inputWrapperOrder={["label", "input", "description", "error"]}
        value={form.prompt}
        onChange={(event) => change({ prompt: event.currentTarget.value })}
        error={error}
        autosize
        minRows={5}
        maxRows={16}
        size="md"
      />
      <Group gap="xs">
        {model.enhances && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconWand size={16} stroke={1.6} aria-hidden />}
            disabled={form.prompt.trim() === "" || many}
            onClick={() => setEnhancing(true)}
          >
            {t("enhance.button")}
          </Button>
        )}
        {many ? (
          <PromptList prompts={prompts} />
        ) : (
          <Text size="xs" c="dimmed">
            {t("prompt.wildcards")}
          </Text>
        )}
      </Group>
      {enhancing && <EnhancePreview close={() => setEnhancing(false)} />}
      {later > 0 && <LaterPrompts count={later} />}
      <NegativePrompt />
    </Stack>
  );
}

/** Tells that the recipe has later prompts, which the form does not show, and offers to remove them. */
function LaterPrompts({ count }: { count: number }) {
  const { t } = useTranslation("generate");
  const error = useError("prompt_track");
  return (
    <Stack gap={4}>
      <Group gap="xs">
        <Text size="sm">{t("prompt.later", { count })}</Text>
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => replaceForm(withoutLater(useForm.getState().form), t("prompt.laterGone"))}
        >
          {t("prompt.dropLater")}
        </Button>
      </Group>
      {error && (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          {error}
        </Text>
      )}
    </Stack>
  );
}

function NegativePrompt() {
  const { t } = useTranslation("generate");
  const { values } = useClip();
  const { form, change } = useForm();
  const error = useError("negative_prompt");
  const label = t("prompt.negative");
  return (
    <Textarea
      label={label}
      value={form.negativePrompt ?? values.negativePrompt}
      onChange={(event) => change({ negativePrompt: event.currentTarget.value })}
      error={error}
      autosize
      minRows={1}
      maxRows={4}
      rightSection={
        form.negativePrompt !== null && <OwnButton label={label} onClick={() => change({ negativePrompt: null })} />
      }
    />
  );
}
