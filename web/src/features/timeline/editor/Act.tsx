import { ActionIcon, Tooltip } from "@mantine/core";
import type { Icon } from "@tabler/icons-react";
import { type ShortcutName, shown, useKeysOf } from "@/shared/shortcuts";

interface Props {
  label: string;
  Icon: Icon;
  act: () => void;
  keys?: ShortcutName;
  pressed?: boolean;
  disabled?: boolean;
  small?: boolean;
}

/** An icon button whose tooltip shows its name and shortcut. */
export function Act({ label, Icon, act, keys, pressed, disabled = false, small = false }: Props) {
  const combination = shown(useKeysOf(keys ?? "palette"));
  return (
    <Tooltip label={keys === undefined ? label : `${label} (${combination})`} openDelay={300}>
      <ActionIcon
        variant={pressed ? "light" : "subtle"}
        color={pressed ? "dusk" : "gray"}
        {...(pressed || disabled ? {} : { c: "var(--mantine-color-text)" })}
        size={small ? "sm" : "md"}
        aria-label={label}
        {...(pressed === undefined ? {} : { "aria-pressed": pressed })}
        disabled={disabled}
        {...(disabled ? { bg: "transparent" } : {})}
        onClick={act}
      >
        <Icon size={small ? 15 : 17} stroke={1.6} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}
