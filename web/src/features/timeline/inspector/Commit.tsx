import { NumberInput, type NumberInputProps, Slider, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";

interface TextProps {
  label: string;
  value: string;
  commit: (value: string) => void;
  disabled?: boolean;
  lines?: boolean;
}

/** A text field that commits on blur or Enter, because each commit is one undo step. */
export function CommitText({ label, value, commit, disabled = false, lines = false }: TextProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const send = () => {
    if (typed !== null && typed !== value) commit(typed);
    setTyped(null);
  };
  useAtLast(send);
  const common = {
    label,
    disabled,
    size: "xs" as const,
    value: typed ?? value,
    onBlur: send,
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key === "Enter" && (!lines || event.ctrlKey || event.metaKey)) send();
      if (event.key === "Escape") setTyped(null);
    },
  };
  if (lines)
    return (
      <Textarea
        {...common}
        autosize
        minRows={2}
        maxRows={10}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
    );
  return <TextInput {...common} onChange={(event) => setTyped(event.currentTarget.value)} />;
}

/** Commits when the field is unmounted because another clip was selected: no blur event comes then. */
function useAtLast(send: () => void): void {
  const latest = useRef(send);
  latest.current = send;
  useEffect(() => () => latest.current(), []);
}

interface NumberProps extends Omit<NumberInputProps, "value" | "onChange" | "onBlur"> {
  value: number;
  commit: (value: number) => void;
}

/** A number field that commits in the same way. */
export function CommitNumber({ value, commit, ...rest }: NumberProps) {
  const [typed, setTyped] = useState<string | number | null>(null);
  const send = () => {
    if (typeof typed === "number" && typed !== value) commit(typed);
    setTyped(null);
  };
  useAtLast(send);
  return (
    <NumberInput
      size="xs"
      clampBehavior="strict"
      decimalScale={4}
      {...rest}
      value={typed ?? value}
      onChange={setTyped}
      onBlur={send}
      onKeyDown={(event) => {
        if (event.key === "Enter") send();
        if (event.key === "Escape") setTyped(null);
      }}
    />
  );
}

interface SliderProps {
  label: string;
  value: number;
  least: number;
  most: number;
  step: number;
  commit: (value: number) => void;
  disabled?: boolean;
  colour?: string;
}

/** A slider that commits when it is released. */
export function CommitSlider({ label, value, least, most, step, commit, disabled = false, colour }: SliderProps) {
  const [moving, setMoving] = useState<number | null>(null);
  const now = moving ?? value;
  return (
    <Stack gap={0}>
      <Text size="xs" component="span" display="flex" style={{ justifyContent: "space-between" }}>
        <span>{label}</span>
        <span>{Number(now.toFixed(3))}</span>
      </Text>
      <Slider
        size="xs"
        label={null}
        thumbLabel={label}
        min={least}
        max={most}
        step={step}
        value={Math.min(most, Math.max(least, now))}
        disabled={disabled}
        {...(colour ? { color: colour } : {})}
        onChange={setMoving}
        onChangeEnd={(end) => {
          setMoving(null);
          if (end !== value) commit(end);
        }}
      />
    </Stack>
  );
}
