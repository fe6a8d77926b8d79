import { Anchor, Button, FileButton, Group, Input, Progress, Stack, Text } from "@mantine/core";
import { IconPhoto, IconUserScan, IconVideo, IconVolume } from "@tabler/icons-react";
import { type DragEvent, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { number } from "@/shared/format";
import { useClip, useError } from "../clip";
import { useForm } from "../form/store";
import type { Role } from "../form/types";
import { ACCEPTS } from "./kinds";
import { ReferenceCard } from "./ReferenceCard";
import classes from "./references.module.css";
import { bring, openDialog, useWork } from "./work";

const ICONS = { image: IconPhoto, last_image: IconPhoto, video: IconVideo, audio: IconVolume, pose: IconUserScan };

/** Where one kind of reference is dropped, pasted or chosen, and then shown. */
export function ReferenceZone({ role, need }: { role: Role; need: "needed" | "either" | "optional" }) {
  const { t } = useTranslation("generate");
  const { model, mayWrite } = useClip();
  const reference = useForm(({ form }) => form.references[role]);
  const sending = useWork((work) => work.sending[role]);
  const fault = useWork((work) => work.faults[role]);
  // The panel tells what is missing; this shows only errors of what is there.
  const refused = useError(reference !== undefined && `references.${role}`);
  const [over, setOver] = useState(false);
  const id = useId();
  const error = fault instanceof Error ? fault.message : refused;

  const drop = (event: DragEvent) => {
    setOver(false);
    const [file] = event.dataTransfer.files;
    if (!file || !mayWrite) return;
    event.preventDefault();
    void bring(role, file, model);
  };

  return (
    <Input.Wrapper
      label={t(`role.${role}`)}
      labelElement="div"
      labelProps={{ id }}
      description={t(`need.${need}`)}
      {...(error ? { error } : {})}
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: its buttons do the same as dropping */}
      <div
        className={classes.zone}
        data-drop-zone
        data-over={over || undefined}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        {sending ? (
          <Stack gap={6} w="100%">
            <Progress.Root size="sm">
              <Progress.Section value={100 * sending.share} aria-label={t("reference.sending")} />
            </Progress.Root>
            <Group justify="space-between">
              <Text size="xs">{t("reference.sent", { share: number(100 * sending.share) })}</Text>
              <Button size="compact-xs" variant="subtle" onClick={sending.abort}>
                {t("reference.stop")}
              </Button>
            </Group>
          </Stack>
        ) : reference ? (
          <ReferenceCard role={role} reference={reference} />
        ) : (
          <Choose role={role} labelledBy={id} />
        )}
      </div>
    </Input.Wrapper>
  );
}

function Choose({ role, labelledBy }: { role: Role; labelledBy: string }) {
  const { t } = useTranslation("generate");
  const { model } = useClip();
  const Icon = ICONS[role];
  const id = useId();
  return (
    <Stack gap={6} align="center">
      <Icon size={26} stroke={1.3} aria-hidden />
      <Text size="sm" ta="center">
        {t(`reference.drop`)}{" "}
        <FileButton accept={ACCEPTS[role]} onChange={(file) => file && void bring(role, file, model)}>
          {(props) => (
            <Anchor
              component="button"
              type="button"
              size="sm"
              id={id}
              aria-labelledby={`${id} ${labelledBy}`}
              {...props}
            >
              {t("reference.choose")}
            </Anchor>
          )}
        </FileButton>
      </Text>
      <Button
        size="compact-xs"
        variant="subtle"
        id={`${id}-library`}
        aria-labelledby={`${id}-library ${labelledBy}`}
        onClick={() => openDialog({ kind: "library", role })}
      >
        {t("reference.library")}
      </Button>
    </Stack>
  );
}
