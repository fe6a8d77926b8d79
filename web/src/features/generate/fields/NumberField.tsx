import { NumberInput, type NumberInputProps } from "@mantine/core";
import { useState } from "react";
import { OwnButton } from "./OwnButton";

interface Props extends Omit<NumberInputProps, "value" | "onChange" | "label"> {
  label: string;
  value: number | null;
  /** The value that applies when nothing is chosen. */
  own: number;
  onChange: (value: number | null) => void;
}

/** A number with a default, which the field shows until a number is chosen; emptying it restores the default. */
export function NumberField({ label, value, own, onChange, ...rest }: Props) {
  const [typed, setTyped] = useState<string | number | null>(null);
  return (
    <NumberInput
      {...rest}
      label={label}
      value={typed ?? value ?? own}
      hideControls
      clampBehavior="blur"
      inputMode="decimal"
      onChange={(next) => {
        setTyped(next);
        if (typeof next === "number") onChange(next);
        else if (next === "") onChange(null);
      }}
      onBlur={() => setTyped(null)}
      rightSection={value === null ? null : <OwnButton label={label} onClick={() => onChange(null)} />}
    />
  );
}
