import { Anchor, Button, Code, ScrollArea, Skeleton, Stack, Table, Text, TextInput, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body } from "@/shared/api/client";
import { Dialog } from "@/shared/ui/Dialog";
import { FaultNote } from "@/shared/ui/FaultNote";
import { found, type Part, partsOf } from "./parts";

const ONE_LINE = { whiteSpace: "nowrap" } as const;

/** Every component of the studio, with its licence. */
export function Licences() {
  const { t } = useTranslation("about");
  const [wanted, setWanted] = useState("");
  const [read, setRead] = useState<Part | null>(null);
  const { data, error, refetch } = useQuery({
    queryKey: ["system", "licences"],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => {
      const server = body(await api.GET("/api/v1/system/licences")).items;
      const web = await import("virtual:licences");
      return partsOf(server, web.default);
    },
  });
  const parts = data && found(data, wanted);
  return (
    <Stack component="section" aria-label={t("others.title")}>
      <Title order={2} size="h4">
        {t("others.title")}
      </Title>
      {error && <FaultNote error={error} retry={refetch} />}
      <TextInput
        label={t("others.search")}
        type="search"
        maw={320}
        value={wanted}
        onChange={(event) => setWanted(event.currentTarget.value)}
      />
      {parts && (
        <Text size="sm" c="dimmed" role="status">
          {t("others.count", { count: parts.length })}
        </Text>
      )}
      {parts ? <PartTable parts={parts} read={setRead} /> : !error && <Skeleton height={200} />}
      <Terms part={read} close={() => setRead(null)} />
    </Stack>
  );
}

function PartTable({ parts, read }: { parts: Part[]; read: (part: Part) => void }) {
  const { t } = useTranslation("about");
  return (
    <Table.ScrollContainer minWidth={560}>
      <Table maw={960} aria-label={t("others.title")}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t("others.name")}</Table.Th>
            <Table.Th scope="col" style={ONE_LINE}>
              {t("others.kind")}
            </Table.Th>
            <Table.Th scope="col">{t("others.version")}</Table.Th>
            <Table.Th scope="col">{t("others.licence")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {parts.map((part) => (
            <Table.Tr key={`${part.kind} ${part.name} ${part.version}`}>
              <Table.Th scope="row" fw={500}>
                {part.name}
              </Table.Th>
              <Table.Td style={ONE_LINE}>{t(`kind.${part.kind}`)}</Table.Td>
              <Table.Td>{part.version}</Table.Td>
              <Table.Td>
                <Licence part={part} read={read} />
                {part.note && (
                  <Text size="xs" c="dimmed">
                    {part.note}
                  </Text>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Licence({ part, read }: { part: Part; read: (part: Part) => void }) {
  const { t } = useTranslation("about");
  if (part.url !== null) {
    return (
      <Anchor href={part.url} target="_blank" rel="noreferrer" size="sm" underline="always">
        {part.licence}
      </Anchor>
    );
  }
  if (part.text === "") return part.licence;
  return (
    <Button
      size="compact-sm"
      variant="subtle"
      ml={-8}
      aria-label={t("others.read", { name: part.name, licence: part.licence })}
      onClick={() => read(part)}
    >
      {part.licence}
    </Button>
  );
}

function Terms({ part, close }: { part: Part | null; close: () => void }) {
  const { t } = useTranslation("shared");
  return (
    <Dialog
      opened={part !== null}
      onClose={close}
      size="xl"
      title={part?.name}
      closeButtonProps={{ "aria-label": t("close") }}
      scrollAreaComponent={ScrollArea.Autosize}
    >
      <Code block tabIndex={0} style={{ whiteSpace: "pre-wrap" }}>
        {part?.text}
      </Code>
    </Dialog>
  );
}
