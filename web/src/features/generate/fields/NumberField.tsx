import { NumberInput, type NumberInputProps } from "@mantine/core";
import { useState } from "react";
import { OwnButton } from "./OwnButton";

interface Props extends Omit<NumberInputProps, "value" | "onChange" | "label"> {
  label: string;
  value: number | null;
  /** What stands there when nothing is chosen. */
  own: number;
  onChange: (value: number | null) => void;
}

/** A number that may be left to the model: then its own is shown, and an emptied field goes back to it. */
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
