import {
  Button,
  Group,
  NumberInput,
  type NumberInputProps,
  Slider,
  Stack,
  Text,
  Textarea,
  TextInput,
} from "@mantine/core";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Held, useDraft } from "./draft";

interface TextProps {
  label: string;
  value: string;
  /** Resolves to whether it was done. */
  commit: (value: string) => Promise<boolean>;
  disabled?: boolean;
  lines?: boolean;
}

/**
 * A text field that commits on blur or Enter, because each commit is one undo step. What is refused, or typed over a text
 * that somebody else changes meanwhile, stays until the user decides.
 */
export function CommitText({ label, value, commit, disabled = false, lines = false }: TextProps) {
  const draft = useDraft(label, value, commit);
  useAtLast(draft.leave);
  const common = {
    label,
    disabled,
    size: "xs" as const,
    value: draft.shown,
    error: draft.held !== null && <Choice held={draft.held} theirs={value} keep={draft.send} drop={draft.drop} />,
    errorProps: { component: "div" },
    onBlur: () => {
      if (draft.held === null) draft.send();
    },
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key === "Enter" && (!lines || event.ctrlKey || event.metaKey) && draft.held !== "overtaken")
        draft.send();
      if (event.key === "Escape") draft.drop();
    },
  };
  if (lines)
    return (
      <Textarea
        {...common}
        autosize
        minRows={2}
        maxRows={10}
        onChange={(event) => draft.type(event.currentTarget.value)}
      />
    );
  return <TextInput {...common} onChange={(event) => draft.type(event.currentTarget.value)} />;
}

interface ChoiceProps {
  held: Held;
  theirs: string;
  keep: () => void;
  drop: () => void;
}

/** Why a text is not saved, and what can be done. */
function Choice({ held, theirs, keep, drop }: ChoiceProps) {
  const { t } = useTranslation("timeline");
  return (
    <Stack gap={4}>
      <Text size="xs" role="alert" lineClamp={4}>
        {t(`${held}.text`, { theirs })}
      </Text>
      <Group gap={4}>
        <Button size="compact-xs" variant="default" onClick={keep}>
          {t(`${held}.keep`)}
        </Button>
        <Button size="compact-xs" variant="default" onClick={drop}>
          {t(`${held}.drop`)}
        </Button>
      </Group>
    </Stack>
  );
}

/** Called when the field is unmounted because another clip was selected: no blur event comes then. */
function useAtLast(last: () => void): void {
  const latest = useRef(last);
  latest.current = last;
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
