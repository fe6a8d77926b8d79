import { Stack, Table, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { bytes, duration, moment, number } from "@/shared/format";
import { total } from "./grouping";
import type { Measurement } from "./queries";

const STAGES = ["load", "encode", "denoise", "decode"] as const;
const MEGA = 1e6;

/** The measured clips on which this machine's estimates are based. */
export function Measurements({ measurements }: { measurements: Measurement[] }) {
  const { t } = useTranslation("optimizations");
  return (
    <Stack component="section" gap="sm" aria-labelledby="measurements">
      <Title order={2} size="h3" id="measurements">
        {t("clips.title")}
      </Title>
      <Text c="dimmed" size="sm" maw={640}>
        {t(measurements.length === 0 ? "clips.none" : "clips.text")}
      </Text>
      {measurements.length > 0 && <Clips measurements={measurements} />}
    </Stack>
  );
}

function Clips({ measurements }: { measurements: Measurement[] }) {
  const { t } = useTranslation("optimizations");
  const onGpu = measurements.some((one) => one.peak_vram > 0);
  return (
    <Table.ScrollContainer minWidth={760} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table aria-labelledby="measurements" style={{ fontVariantNumeric: "tabular-nums" }}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t("clips.when")}</Table.Th>
            <Table.Th scope="col">{t("clips.pixels")}</Table.Th>
            <Table.Th scope="col">{t("clips.passes")}</Table.Th>
            {STAGES.map((stage) => (
              <Table.Th scope="col" key={stage}>
                {t(`clips.${stage}`)}
              </Table.Th>
            ))}
            <Table.Th scope="col">{t("clips.total")}</Table.Th>
            {onGpu && <Table.Th scope="col">{t("clips.vram")}</Table.Th>}
            <Table.Th scope="col">{t("clips.ram")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {measurements.map((one, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: measurements have no id, and rows keep no state
            <Clip key={place} one={one} onGpu={onGpu} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Clip({ one, onGpu }: { one: Measurement; onGpu: boolean }) {
  const { t } = useTranslation("optimizations");
  const { t: shared } = useTranslation("shared");
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={400}>
        {one.at === null ? t("clips.earlier") : moment(one.at)}
      </Table.Th>
      <Table.Td>{t("clips.megapixels", { amount: number(one.pixels / MEGA, 1) })}</Table.Td>
      <Table.Td>{number(one.passes)}</Table.Td>
      {STAGES.map((stage) => {
        const seconds = one.seconds[stage];
        return <Table.Td key={stage}>{seconds === undefined ? "–" : duration(seconds, shared)}</Table.Td>;
      })}
      <Table.Td>{duration(total(one), shared)}</Table.Td>
      {onGpu && <Table.Td>{bytes(one.peak_vram)}</Table.Td>}
      <Table.Td>{bytes(one.peak_ram)}</Table.Td>
    </Table.Tr>
  );
}
