import { Stack } from "@mantine/core";
import { Charts } from "./Charts";
import { Health } from "./Health";
import { Slots } from "./Slots";

/** The server, its slots and how it was lately. */
export function Machine() {
  return (
    <Stack gap="xl">
      <Health />
      <Slots />
      <Charts />
    </Stack>
  );
}
