import { Alert, Button, Group, Progress, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { FaultNote } from "@/shared/ui/FaultNote";
import { useClip } from "../clip";
import { useForm } from "../form/store";
import type { Asset } from "../form/types";
import { usesOf } from "../references/kinds";
import { openDialog, place } from "../references/work";
import { say, useRestoring } from "./restoring";

/** What the form was filled from, what could not be restored, and files without a recipe. */
export function RestoreNotes() {
  const { t } = useTranslation("generate");
  const { sending, fault, filled, bare } = useRestoring();
  const close = { withCloseButton: true, closeButtonLabel: t("restore.close"), onClose: () => say({}) };
  return (
    <div role="status">
      {sending !== null && (
        <Progress.Root size="sm">
          <Progress.Section value={100 * sending} aria-label={t("reference.sending")} />
        </Progress.Root>
      )}
      {fault !== null && <FaultNote error={fault} />}
      {filled && (
        <Alert variant="light" color="gray" title={t("restore.filled", { name: filled.name })} {...close}>
          {filled.notes.map((note) => (
            <Text key={note} size="sm">
              {t(`restore.${note}`)}
            </Text>
          ))}
        </Alert>
      )}
      {bare && (
        <Alert variant="light" color="gray" title={t("restore.bare", { name: bare.name })} {...close}>
          <Uses asset={bare} />
        </Alert>
      )}
    </div>
  );
}

/** Other uses of a file without a recipe. */
function Uses({ asset }: { asset: Asset }) {
  const { t } = useTranslation("generate");
  const { model } = useClip();
  const form = useForm(({ form }) => form);
  const roles = usesOf(asset.kind, form, model);
  const framed = asset.kind === "video" && model.accepts.includes("image");
  const uses = [
    ...roles.map((role) => ({
      key: role,
      label: t("restore.useAs", { role: t(`role.${role}`) }),
      act: () => place(role, asset, model),
    })),
    ...(framed
      ? [
          {
            key: "frame",
            label: t("restore.useFrame"),
            act: () => openDialog({ kind: "frame", role: "image", source: asset.urls.file, name: asset.name }),
          },
        ]
      : []),
  ];
  return (
    <Stack gap="xs">
      <Text size="sm">{t(uses.length > 0 ? "restore.bareUses" : "restore.bareUseless")}</Text>
      <Group gap="xs">
        {uses.map(({ key, label, act }) => (
          <Button
            key={key}
            size="compact-sm"
            variant="default"
            onClick={() => {
              act();
              say({});
            }}
          >
            {label}
          </Button>
        ))}
      </Group>
    </Stack>
  );
}
