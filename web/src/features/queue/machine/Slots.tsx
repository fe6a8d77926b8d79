import { Button, Card, Group, SimpleGrid, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, type Schemas } from "@/shared/api/client";
import { bytes } from "@/shared/format";
import { useJobs } from "@/shared/live/jobs";
import { useIsAdmin } from "@/shared/session";
import { tellFault } from "@/shared/tell";
import { FaultNote } from "@/shared/ui/FaultNote";
import { JobTitle } from "../JobTitle";
import { useSlots } from "../live";
import classes from "../queue.module.css";

type Slot = Schemas["SlotAnswer"];

/** The slots, each of which runs one job at a time. */
export function Slots() {
  const { t } = useTranslation("queue");
  const slots = useSlots();
  const isAdmin = useIsAdmin();
  return (
    <Stack gap="sm" component="section" aria-labelledby="slots">
      <Title order={2} size="h4" id="slots">
        {t("slots.title")}
      </Title>
      {slots.isError && <FaultNote error={slots.error} retry={slots.refetch} />}
      {slots.isPending && <Skeleton height={96} role="status" aria-label={t("loading", { ns: "shared" })} />}
      {slots.data?.length === 0 && <Text size="sm">{t("slots.none")}</Text>}
      {slots.data && slots.data.length > 0 && (
        <SimpleGrid component="ul" cols={{ base: 1, sm: 2 }} className={classes.plain} aria-labelledby="slots">
          {slots.data.map((slot) => (
            <SlotCard key={slot.name} slot={slot} isAdmin={isAdmin} />
          ))}
        </SimpleGrid>
      )}
    </Stack>
  );
}

function SlotCard({ slot, isAdmin }: { slot: Slot; isAdmin: boolean }) {
  const { t } = useTranslation("queue");
  const job = useJobs((jobs) => jobs.byId[slot.job ?? ""]);
  return (
    <Card component="li" withBorder>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Title order={3} size="h5" style={{ overflowWrap: "anywhere" }}>
          {slot.name}
        </Title>
        {isAdmin && <Pause slot={slot} />}
      </Group>
      <Text size="sm" c="dimmed">
        {deviceOf(slot)}
      </Text>
      <Text size="sm" mt="xs">
        {t("slots.model")}: {slot.resident || t("slots.empty")}
      </Text>
      <Text size="sm">
        {t("slots.state")}: {t(`slots.is.${stateOf(slot)}`)}
      </Text>
      {slot.experts !== "both" && <Text size="sm">{t(`slots.only.${slot.experts}`)}</Text>}
      {job !== undefined && <JobTitle job={job} fw={400} />}
    </Card>
  );
}

function Pause({ slot }: { slot: Slot }) {
  const { t } = useTranslation("queue");
  const queries = useQueryClient();
  const toggle = useMutation({
    mutationFn: () => {
      const path = { params: { path: { name: slot.name } } };
      return slot.paused
        ? api.POST("/api/v1/system/slots/{name}/resume", path)
        : api.POST("/api/v1/system/slots/{name}/pause", path);
    },
    onError: tellFault,
    onSettled: () => queries.invalidateQueries({ queryKey: ["system"] }),
  });
  const act = t(slot.paused ? "act.resume" : "act.pause");
  return (
    <Button
      size="compact-sm"
      variant="default"
      loading={toggle.isPending}
      onClick={() => toggle.mutate()}
      aria-label={t("act.of", { act, title: slot.name })}
    >
      {act}
    </Button>
  );
}

function deviceOf(slot: Slot): string {
  const { name, vram, ram } = slot.facts;
  const memory = typeof vram === "number" ? vram : ram;
  const words = [typeof name === "string" && name ? name : slot.device];
  if (typeof memory === "number") words.push(bytes(memory));
  return words.join(" · ");
}

function stateOf(slot: Slot): "gone" | "paused" | "busy" | "idle" {
  if (!slot.alive) return "gone";
  if (slot.paused) return "paused";
  return slot.job === null ? "idle" : "busy";
}
