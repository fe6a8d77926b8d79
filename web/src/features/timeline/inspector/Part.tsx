import { Stack, Title } from "@mantine/core";
import { type ReactNode, useId } from "react";

/** A part of the inspector under a heading of its own. */
export function Part({ title, children }: { title: string; children: ReactNode }) {
  const id = useId();
  return (
    <Stack component="section" gap="xs" aria-labelledby={id}>
      <Title order={2} size="h6" id={id}>
        {title}
      </Title>
      {children}
    </Stack>
  );
}
