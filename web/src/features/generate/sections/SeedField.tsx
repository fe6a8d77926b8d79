import { ActionIcon, Group, NumberInput, Tooltip } from "@mantine/core";
import { IconDice5, IconLock, IconLockOpen } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useError } from "../clip";
import { useForm } from "../form/store";
import { drawSeed, MOST_SEED } from "../form/types";

/** The seed of the noise: random each time, or locked, so that only other changes show. */
export function SeedField() {
  const { t } = useTranslation("generate");
  const { form, change } = useForm();
  const error = useError("seed");
  const locked = form.seed !== null;
  const lock = t(locked ? "seed.unlock" : "seed.lock");
  return (
    <Group gap={6} align="flex-end" wrap="nowrap" style={{ alignSelf: "flex-start" }}>
      <NumberInput
        flex={1}
        label={t("seed.label")}
        placeholder={t("seed.free")}
        value={form.seed ?? ""}
        onChange={(next) => change({ seed: typeof next === "number" ? next : null })}
        min={0}
        max={MOST_SEED}
        allowDecimal={false}
        allowNegative={false}
        hideControls
        error={error}
      />
      <Tooltip label={lock}>
        <ActionIcon
          variant="default"
          size={36}
          aria-label={lock}
          aria-pressed={locked}
          onClick={() => change({ seed: locked ? null : drawSeed() })}
        >
          {locked ? (
            <IconLock size={18} stroke={1.6} aria-hidden />
          ) : (
            <IconLockOpen size={18} stroke={1.6} aria-hidden />
          )}
        </ActionIcon>
      </Tooltip>
      <Tooltip label={t("seed.draw")}>
        <ActionIcon
          variant="default"
          size={36}
          aria-label={t("seed.draw")}
          onClick={() => change({ seed: drawSeed() })}
        >
          <IconDice5 size={18} stroke={1.6} aria-hidden />
        </ActionIcon>
      </Tooltip>
    </Group>
  );
}
