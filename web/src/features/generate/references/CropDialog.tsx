import { Button, Group, Input, Slider, Stack, Text } from "@mantine/core";
import { type KeyboardEvent, type PointerEvent, type ReactNode, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useAsset } from "@/shared/library";
import { Dialog } from "@/shared/ui/Dialog";
import { useClip } from "../clip";
import { useForm } from "../form/store";
import type { Role } from "../form/types";
import { capture } from "./capture";
import { type Box, largestBox, moved, shareOf, sized } from "./crop";
import classes from "./references.module.css";
import { send } from "./work";

const STEP = 0.02;
const ARROWS: Record<string, [number, number]> = {
  ArrowLeft: [-STEP, 0],
  ArrowRight: [STEP, 0],
  ArrowUp: [0, -STEP],
  ArrowDown: [0, STEP],
};

/** Crops a picture to the clip's aspect ratio. */
export function CropDialog({ role, close }: { role: Role; close: () => void }) {
  const { t } = useTranslation("generate");
  const { model, values } = useClip();
  const reference = useForm(({ form }) => form.references[role]);
  const size = useForm(({ form }) => form.size) ?? values.size;
  const original = reference?.original ?? reference?.asset ?? null;
  const { data: asset } = useAsset(original);
  const picture = useRef<HTMLImageElement>(null);
  const [shape, setShape] = useState(0);
  const [box, setBox] = useState<Box | null>(null);
  const [fault, setFault] = useState("");
  const ratio = size.width / size.height;

  const cut = async () => {
    if (picture.current === null || box === null || original === null) return;
    try {
      const blob = await capture(picture.current, box);
      close();
      await send(role, blob, croppedName(asset?.name ?? ""), model, original);
    } catch (error) {
      setFault(error instanceof Error ? error.message : String(error));
    }
  };

  return (
    <Dialog
      opened
      onClose={close}
      title={t("crop.title")}
      size="xl"
      closeButtonProps={{ "aria-label": t("crop.close") }}
    >
      <Stack>
        <Text size="sm">{t("crop.text", { width: size.width, height: size.height })}</Text>
        {asset && (
          <div className={classes.stage}>
            <img
              ref={picture}
              src={asset.urls.file}
              alt={t("reference.alt", { name: asset.name })}
              onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) => {
                setShape(naturalWidth / naturalHeight);
                // The image also loads again when its URL is signed anew: keep the crop that was already chosen.
                setBox((now) => now ?? largestBox(naturalWidth / naturalHeight, ratio));
              }}
            />
            {box && (
              <Frame
                box={box}
                move={setBox}
                size={(share) => setBox(sized(box, share, shape, ratio))}
                share={shareOf(box, shape, ratio)}
              />
            )}
          </div>
        )}
        {box && (
          <Group grow align="flex-start">
            <Place label={t("crop.across")} value={box.x} most={1 - box.width} set={(x) => setBox({ ...box, x })} />
            <Place label={t("crop.down")} value={box.y} most={1 - box.height} set={(y) => setBox({ ...box, y })} />
            <Place
              label={t("crop.size")}
              value={shareOf(box, shape, ratio)}
              least={0.1}
              most={1}
              set={(share) => setBox(sized(box, share, shape, ratio))}
            />
          </Group>
        )}
        {fault && (
          <Text c="var(--mantine-color-error)" role="alert">
            {fault}
          </Text>
        )}
        <Buttons>
          <Button variant="default" onClick={close}>
            {t("crop.cancel")}
          </Button>
          <Button onClick={() => void cut()} disabled={box === null}>
            {t("crop.cut")}
          </Button>
        </Buttons>
      </Stack>
    </Dialog>
  );
}

function Buttons({ children }: { children: ReactNode }) {
  return (
    <Group justify="flex-end" gap="xs">
      {children}
    </Group>
  );
}

interface FrameProps {
  box: Box;
  share: number;
  move: (box: Box) => void;
  size: (share: number) => void;
}

/** The part to keep: dragged, or moved with the arrow keys and resized with plus and minus. */
function Frame({ box, share, move, size }: FrameProps) {
  const { t } = useTranslation("generate");
  const start = useRef<{ x: number; y: number; box: Box } | null>(null);
  const percent = (part: number) => `${100 * part}%`;

  const drag = (event: PointerEvent<HTMLDivElement>) => {
    const stage = event.currentTarget.parentElement?.getBoundingClientRect();
    const from = start.current;
    if (from === null || stage === undefined) return;
    move(moved(from.box, (event.clientX - from.x) / stage.width, (event.clientY - from.y) / stage.height));
  };
  const press = (event: KeyboardEvent) => {
    const [dx, dy] = ARROWS[event.key] ?? [];
    if (dx !== undefined && dy !== undefined) move(moved(box, dx, dy));
    else if (event.key === "+" || event.key === "=") size(share + STEP);
    else if (event.key === "-") size(share - STEP);
    else return;
    event.preventDefault();
  };

  return (
    <div
      className={classes.frame}
      role="application"
      aria-label={t("crop.frame")}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it takes the arrow keys
      tabIndex={0}
      style={{ left: percent(box.x), top: percent(box.y), width: percent(box.width), height: percent(box.height) }}
      onKeyDown={press}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        start.current = { x: event.clientX, y: event.clientY, box };
      }}
      onPointerMove={drag}
      onPointerUp={() => {
        start.current = null;
      }}
    />
  );
}

interface PlaceProps {
  label: string;
  value: number;
  least?: number;
  most: number;
  set: (value: number) => void;
}

function Place({ label, value, least = 0, most, set }: PlaceProps) {
  const id = useId();
  return (
    <Input.Wrapper label={label} labelElement="div" labelProps={{ id }}>
      <Slider
        thumbProps={{ "aria-labelledby": id }}
        value={value}
        min={least}
        max={Math.max(least + 0.001, most)}
        step={0.001}
        disabled={most - least < 0.001}
        label={null}
        onChange={set}
      />
    </Input.Wrapper>
  );
}

function croppedName(name: string): string {
  return `${name.replace(/\.\w+$/, "") || "picture"} (cropped).png`;
}
