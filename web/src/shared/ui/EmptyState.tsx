import { Center, Stack, Text, ThemeIcon } from "@mantine/core";
import type { Icon } from "@tabler/icons-react";
import type { ReactNode } from "react";

/** Placeholder for an empty list: what would be here, and how to get it. */
export function EmptyState({ Icon, text, children }: { Icon: Icon; text: string; children?: ReactNode }) {
  return (
    <Center mih={240}>
      <Stack align="center" gap="sm" maw={440}>
        <ThemeIcon variant="light" size={56} radius="xl" color="gray">
          <Icon size={28} stroke={1.4} aria-hidden />
        </ThemeIcon>
        <Text ta="center" c="dimmed">
          {text}
        </Text>
        {children}
      </Stack>
    </Center>
  );
}
