import { List, NativeSelect, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { FaultNote } from "@/shared/ui/FaultNote";
import type texts from "../locales/en.json";
import type { Encoding } from "../server/calls";
import { useEncodings } from "../server/queries";

/** Available on every server and supported by every player. */
export const USUAL_ENCODING = "h264";

interface Props {
  value: string;
  choose: (name: string) => void;
}

/** The encodings that the server offers, and why others are unavailable. */
export function EncodingSelect({ value, choose }: Props) {
  const { t } = useTranslation("timeline");
  const { data: known, error, refetch } = useEncodings();
  const shown = (name: string) => t(`encoding.${name as keyof typeof texts.encoding}`, { defaultValue: name });
  const here = known?.filter(({ reason }) => reason === null).map(({ name }) => name) ?? [USUAL_ENCODING];
  return (
    <>
      <NativeSelect
        label={t("export.encoding")}
        {...(known || error ? {} : { description: t("export.trying") })}
        value={value}
        data={here.map((name) => ({ value: name, label: shown(name) }))}
        onChange={(event) => choose(event.currentTarget.value)}
      />
      {error && <FaultNote error={error} retry={refetch} />}
      <Missing encodings={known?.filter(({ reason }) => reason !== null) ?? []} shown={shown} />
    </>
  );
}

function Missing({ encodings, shown }: { encodings: readonly Encoding[]; shown: (name: string) => string }) {
  const { t } = useTranslation("timeline");
  if (encodings.length === 0) return null;
  return (
    <details>
      <Text component="summary" size="sm">
        {t("export.missing", { count: encodings.length })}
      </Text>
      <List size="sm">
        {encodings.map(({ name, reason }) => (
          <List.Item key={name}>
            {shown(name)}: {reason}
          </List.Item>
        ))}
      </List>
    </details>
  );
}
