import { Button, Group, Stack, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "@/shared/ui/Dialog";
import { FaultNote } from "@/shared/ui/FaultNote";
import { readProject, sendEdits } from "../server/calls";

/** Renames a film; like every edit, this can be undone in the editor. */
export function RenameDialog({ id, name, close }: { id: string; name: string; close: () => void }) {
  const { t } = useTranslation("timeline");
  const { t: shared } = useTranslation("shared");
  const queries = useQueryClient();
  const [typed, setTyped] = useState(name);
  const renaming = useMutation({
    mutationFn: async () => {
      const { version } = await readProject(id);
      return await sendEdits(id, [{ edit: "rename_project", name: typed.trim() }], version);
    },
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ["projects"] });
      close();
    },
  });
  return (
    <Dialog opened onClose={close} title={t("projects.rename")} closeButtonProps={{ "aria-label": shared("close") }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          renaming.mutate();
        }}
      >
        <Stack>
          <TextInput
            data-autofocus
            label={t("projects.name")}
            value={typed}
            maxLength={100}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          {renaming.error && <FaultNote error={renaming.error} />}
          <Group justify="flex-end">
            <Button type="submit" loading={renaming.isPending} disabled={typed.trim() === ""}>
              {shared("save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
