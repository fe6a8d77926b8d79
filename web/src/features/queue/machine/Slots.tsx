import { Button, Skeleton, Stack, Table, Text, Title } from "@mantine/core";
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

type Slot = Schemas["SlotAnswer"];

/** The places where jobs run, one at a time each. */
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
        <Table.ScrollContainer minWidth={640} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
          <Table verticalSpacing="sm" aria-labelledby="slots">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("slots.name")}</Table.Th>
                <Table.Th>{t("slots.device")}</Table.Th>
                <Table.Th>{t("slots.model")}</Table.Th>
                <Table.Th>{t("slots.state")}</Table.Th>
                {isAdmin && <Table.Th>{t("slots.action")}</Table.Th>}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {slots.data.map((slot) => (
                <SlotRow key={slot.name} slot={slot} isAdmin={isAdmin} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Stack>
  );
}

function SlotRow({ slot, isAdmin }: { slot: Slot; isAdmin: boolean }) {
  const { t } = useTranslation("queue");
  const job = useJobs((jobs) => jobs.byId[slot.job ?? ""]);
  return (
    <Table.Tr>
      <Table.Th fw={500}>{slot.name}</Table.Th>
      <Table.Td>{deviceOf(slot)}</Table.Td>
      <Table.Td>{slot.resident || t("slots.empty")}</Table.Td>
      <Table.Td>
        <Text size="sm">{t(`slots.is.${stateOf(slot)}`)}</Text>
        {job !== undefined && <JobTitle job={job} fw={400} />}
      </Table.Td>
      {isAdmin && (
        <Table.Td>
          <Pause slot={slot} />
        </Table.Td>
      )}
    </Table.Tr>
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
