import { Chip, Group, Input } from "@mantine/core";
import { useId } from "react";
import { useClip } from "../clip";

export interface Choice<T extends string> {
  value: T;
  label: string;
  disabled?: boolean;
}

interface Props<T extends string> {
  label: string;
  description?: string;
  error?: string | undefined;
  choices: Choice<T>[];
  value: T | null;
  onChange: (value: T) => void;
}

/** One of a few options, all visible at once. */
export function ChoiceField<T extends string>({ label, description, error, choices, value, onChange }: Props<T>) {
  const id = useId();
  const { mayWrite } = useClip();
  return (
    <Input.Wrapper
      label={label}
      labelElement="div"
      labelProps={{ id }}
      {...(description ? { description } : {})}
      {...(error ? { error } : {})}
    >
      <Chip.Group value={value} onChange={(next) => onChange(next as T)}>
        <Group gap={6} role="radiogroup" aria-labelledby={id} mt={6}>
          {choices.map((choice) => (
            <Chip
              key={choice.value}
              value={choice.value}
              disabled={!mayWrite || (choice.disabled ?? false)}
              size="sm"
              radius="md"
              variant="outline"
            >
              {choice.label}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
    </Input.Wrapper>
  );
}
