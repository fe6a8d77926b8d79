import { Group, Input, Slider } from "@mantine/core";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { useClip, useError } from "../clip";
import { OwnButton } from "../fields/OwnButton";
import { useForm } from "../form/store";

const MIDDLE = 0.5;

/** Amount of motion. It sets the shift, so it clears a chosen shift. */
export function MotionField() {
  const { t } = useTranslation("generate");
  const { mayWrite } = useClip();
  const { form, change } = useForm();
  const error = useError("motion");
  const id = useId();
  const label = t("axis.motion");
  return (
    <Input.Wrapper label={label} labelElement="div" labelProps={{ id }} {...(error ? { error } : {})} maw={420}>
      <Group gap="sm" mt={4}>
        <Slider
          flex={1}
          thumbProps={{ "aria-labelledby": id }}
          value={form.motion ?? MIDDLE}
          onChange={(motion) => change({ motion, shift: null })}
          min={0}
          max={1}
          step={0.05}
          disabled={!mayWrite}
          label={(value) => value.toFixed(2)}
          marks={[
            { value: 0, label: t("motion.calm") },
            { value: 1, label: t("motion.lively") },
          ]}
          mb="lg"
          mx={40} // half of the longest word below an end
        />
        {form.motion !== null && <OwnButton label={label} onClick={() => change({ motion: null })} />}
      </Group>
    </Input.Wrapper>
  );
}
