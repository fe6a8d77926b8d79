import { Stack } from "@mantine/core";
import { Charts } from "./Charts";
import { Health } from "./Health";
import { Slots } from "./Slots";

/** The server's health, slots and recent load. */
export function Machine() {
  return (
    <Stack gap="xl">
      <Health />
      <Slots />
      <Charts />
    </Stack>
  );
}
