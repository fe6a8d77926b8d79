import { Stack, Title } from "@mantine/core";
import { type ReactNode, useId } from "react";

/** A part of a form or, with `small`, of a panel, under its own heading. */
export function Section({ title, small = false, children }: { title: string; small?: boolean; children: ReactNode }) {
  const id = useId();
  return (
    <Stack component="section" gap={small ? "xs" : "sm"} aria-labelledby={id}>
      <Title order={2} size={small ? "h6" : "h5"} id={id}>
        {title}
      </Title>
      {children}
    </Stack>
  );
}
