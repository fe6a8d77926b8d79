import { Button, Group, NativeSelect, Stack, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { links } from "@/shared/links";
import { Dialog } from "@/shared/ui/Dialog";
import { FaultNote } from "@/shared/ui/FaultNote";
import { rateText } from "../model/timecode";
import { createProject } from "../server/calls";

const RATES = ["16", "24000/1001", "24", "25", "30000/1001", "30", "48", "50", "60000/1001", "60"];
const SHAPES = ["832x480", "1280x720", "1920x1080", "3840x2160", "720x1280", "1080x1920", "1080x1080"];

/** Creates a film. Its frame rate is fixed from then on; its size may change later. */
export function NewDialog({ close }: { close: () => void }) {
  const { t } = useTranslation("timeline");
  const { t: shared } = useTranslation("shared");
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [rate, setRate] = useState("24");
  const [shape, setShape] = useState("1280x720");
  const making = useMutation({
    mutationFn: () => {
      const [width = 1280, height = 720] = shape.split("x").map(Number);
      return createProject({ name: name.trim() || t("projects.untitled"), rate, width, height });
    },
    onSuccess: () => void queries.invalidateQueries({ queryKey: ["projects", "list"] }),
  });
  // Does not navigate if the dialog was closed meanwhile; the film is then in the list.
  const make = () => making.mutate(undefined, { onSuccess: ({ id }) => void navigate(links.project(id)) });
  return (
    <Dialog opened onClose={close} title={t("projects.newTitle")} closeButtonProps={{ "aria-label": shared("close") }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          make();
        }}
      >
        <Stack>
          <TextInput
            data-autofocus
            label={t("projects.name")}
            placeholder={t("projects.untitled")}
            value={name}
            maxLength={100}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Group grow>
            <NativeSelect
              label={t("projects.rate")}
              value={rate}
              data={RATES.map((value) => ({ value, label: rateText(value) }))}
              onChange={(event) => setRate(event.currentTarget.value)}
            />
            <NativeSelect
              label={t("projects.size")}
              value={shape}
              data={SHAPES.map((value) => ({ value, label: value.replace("x", " x ") }))}
              onChange={(event) => setShape(event.currentTarget.value)}
            />
          </Group>
          {making.error && <FaultNote error={making.error} />}
          <Group justify="flex-end">
            <Button type="submit" loading={making.isPending}>
              {t("projects.create")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
