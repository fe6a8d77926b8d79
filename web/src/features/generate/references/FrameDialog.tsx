import { ActionIcon, Button, Group, Slider, Stack, Text } from "@mantine/core";
import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { number } from "@/shared/format";
import { Dialog } from "@/shared/ui/Dialog";
import { useClip } from "../clip";
import type { Role } from "../form/types";
import { capture } from "./capture";
import classes from "./references.module.css";
import { send } from "./work";

/** Browsers do not tell a video's frame rate; this is no longer than a frame of most videos. */
const STEP_S = 1 / 30;

interface Props {
  role: Role;
  source: Blob | string;
  name: string;
  close: () => void;
}

/** Picks the frame of a video that a clip starts from. */
export function FrameDialog({ role, source, name, close }: Props) {
  const { t } = useTranslation("generate");
  const { model } = useClip();
  const film = useRef<HTMLVideoElement>(null);
  const address = useAddress(source);
  const [length, setLength] = useState(0);
  const [at, setAt] = useState(0);
  const [fault, setFault] = useState("");

  const seek = (to: number) => {
    const time = Math.min(Math.max(0, to), Math.max(0, length - STEP_S / 2));
    setAt(time);
    if (film.current) film.current.currentTime = time;
  };
  const use = async () => {
    if (film.current === null) return;
    try {
      const blob = await capture(film.current);
      close();
      await send(role, blob, `${name.replace(/\.\w+$/, "")} ${at.toFixed(2)} s.png`, model);
    } catch (error) {
      setFault(error instanceof Error ? error.message : String(error));
    }
  };

  return (
    <Dialog
      opened
      onClose={close}
      title={t("frame.title")}
      size="xl"
      closeButtonProps={{ "aria-label": t("crop.close") }}
    >
      <Stack>
        {address && (
          <video
            ref={film}
            className={classes.film}
            src={address}
            muted
            playsInline
            preload="auto"
            aria-label={name}
            onLoadedMetadata={({ currentTarget }) => setLength(currentTarget.duration)}
            onLoadedData={() => seek(0)}
            onError={() => setFault(t("frame.unreadable"))}
          />
        )}
        <Group wrap="nowrap">
          <ActionIcon variant="default" size={36} aria-label={t("frame.back")} onClick={() => seek(at - STEP_S)}>
            <IconChevronLeft size={18} stroke={1.6} aria-hidden />
          </ActionIcon>
          <Slider
            flex={1}
            thumbLabel={t("frame.place")}
            value={at}
            min={0}
            max={Math.max(STEP_S, length)}
            step={0.001}
            label={(value) => `${number(value, 2)} s`}
            onChange={seek}
          />
          <ActionIcon variant="default" size={36} aria-label={t("frame.on")} onClick={() => seek(at + STEP_S)}>
            <IconChevronRight size={18} stroke={1.6} aria-hidden />
          </ActionIcon>
        </Group>
        {fault && (
          <Text c="var(--mantine-color-error)" role="alert">
            {fault}
          </Text>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>
            {t("crop.cancel")}
          </Button>
          <Button onClick={() => void use()} disabled={length === 0}>
            {t("frame.use")}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}

/** An address for playing a dropped file while it is shown. */
function useAddress(source: Blob | string): string | null {
  const [address, setAddress] = useState<string | null>(typeof source === "string" ? source : null);
  useEffect(() => {
    if (typeof source === "string") return setAddress(source);
    const made = URL.createObjectURL(source);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [source]);
  return address;
}
