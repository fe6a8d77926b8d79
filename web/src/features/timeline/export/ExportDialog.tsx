import { Button, Group, List, NativeSelect, Stack, Text, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useShallow } from "zustand/react/shallow";
import { useJobs } from "@/shared/live/jobs";
import { Dialog } from "@/shared/ui/Dialog";
import { FaultNote } from "@/shared/ui/FaultNote";
import { timecode } from "../model/timecode";
import { exportAs, FORMATS, type Format, render } from "../server/calls";
import { rangeOf, useEditor } from "../state/editor";
import { useFilm } from "../state/film";
import { EncodingSelect, USUAL_ENCODING } from "./EncodingSelect";
import { saveFile } from "./saving";
import { SIZES, type Size, sizeFor } from "./sizing";

/** Exports the film: rendered, or as an edit list for other programs. */
export function ExportDialog({ close }: { close: () => void }) {
  const { t } = useTranslation("timeline");
  const { t: shared } = useTranslation("shared");
  return (
    <Dialog
      opened
      onClose={close}
      title={t("export.title")}
      size="lg"
      closeButtonProps={{ "aria-label": shared("close") }}
    >
      <Stack gap="xl">
        <FilmExport close={close} />
        <CutExport />
      </Stack>
    </Dialog>
  );
}

function FilmExport({ close }: { close: () => void }) {
  const { t } = useTranslation("timeline");
  const { answer, timeline, rate, duration, mayWrite } = useFilm();
  const marked = useEditor((state) => state.markIn !== null || state.markOut !== null);
  const range = useEditor(useShallow((state) => rangeOf(state, duration)));
  const [encoding, setEncoding] = useState(USUAL_ENCODING);
  const [size, setSize] = useState<Size>("full");
  const [part, setPart] = useState<"all" | "marked">(marked ? "marked" : "all");
  const making = useMutation({
    mutationFn: () => render(answer.id, { encoding, ...sizeFor(timeline, size), ...(part === "marked" ? range : {}) }),
    onSuccess: (job) => {
      useJobs.getState().put([job]);
      notifications.show({ message: t("export.queued"), color: "teal" });
      close();
    },
  });
  const times = { from: timecode(range.start, rate), to: timecode(range.end, rate) };
  const shown = (one: Size) => {
    const { width, height } = { ...timeline, ...sizeFor(timeline, one) };
    return t("export.pixels", { width, height });
  };
  return (
    <Stack component="section" gap="sm" aria-label={t("export.film")}>
      <Title order={3} size="h5">
        {t("export.film")}
      </Title>
      <EncodingSelect value={encoding} choose={setEncoding} />
      <Group grow>
        <NativeSelect
          label={t("export.size")}
          value={size}
          data={SIZES.map((value) => ({ value, label: shown(value) }))}
          onChange={(event) => setSize(event.currentTarget.value as Size)}
        />
        <NativeSelect
          label={t("export.range")}
          value={part}
          data={[
            { value: "all", label: t("export.all", { length: timecode(duration, rate) }) },
            { value: "marked", label: t("export.marked", times), disabled: !marked },
          ]}
          onChange={(event) => setPart(event.currentTarget.value as "all" | "marked")}
        />
      </Group>
      {making.error && <FaultNote error={making.error} />}
      <Group justify="flex-end">
        <Button
          data-autofocus
          loading={making.isPending}
          disabled={!mayWrite || duration === 0}
          onClick={() => making.mutate()}
        >
          {t("export.render")}
        </Button>
      </Group>
    </Stack>
  );
}

/** Exports the edit list in a format of other programs, and tells what that format cannot hold. */
function CutExport() {
  const { t } = useTranslation("timeline");
  const { answer } = useFilm();
  const [format, setFormat] = useState<Format>("otio");
  const saving = useMutation({
    mutationFn: () => exportAs(answer.id, format),
    onSuccess: ({ file }) => saveFile(file, answer.name, format),
  });
  const losses = saving.data?.losses;
  return (
    <Stack component="section" gap="sm" aria-label={t("export.cuts")}>
      <Title order={3} size="h5">
        {t("export.cuts")}
      </Title>
      <Group align="flex-end">
        <NativeSelect
          flex={1}
          label={t("export.format")}
          value={format}
          data={FORMATS.map((value) => ({ value, label: t(`format.${value}`) }))}
          onChange={(event) => {
            setFormat(event.currentTarget.value as Format);
            saving.reset();
          }}
        />
        <Button variant="default" loading={saving.isPending} onClick={() => saving.mutate()}>
          {t("export.save")}
        </Button>
      </Group>
      {saving.error && <FaultNote error={saving.error} />}
      <div role="status">
        {losses?.length === 0 && <Text size="sm">{t("export.noLosses")}</Text>}
        {losses !== undefined && losses.length > 0 && (
          <>
            <Text size="sm">{t("export.losses")}</Text>
            <List size="sm">
              {losses.map((loss) => (
                <List.Item key={loss}>{loss}</List.Item>
              ))}
            </List>
          </>
        )}
      </div>
    </Stack>
  );
}
