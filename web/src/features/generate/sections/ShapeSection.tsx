import { Group, NumberInput, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { rate } from "@/shared/format";
import { Section } from "@/shared/ui/Section";
import { TrainedOn } from "@/shared/ui/TrainedOn";
import { useClip, useError } from "../clip";
import { ChoiceField } from "../fields/ChoiceField";
import { NumberField } from "../fields/NumberField";
import { ASPECTS, type Aspect, aspectOf, framesNear, ratioOf, readSize, secondsOf, sizeLike } from "../form/shape";
import { useForm } from "../form/store";
import type { Size } from "../form/types";

const MOST_RATE = 240;

/** The clip's size and length. */
export function ShapeSection() {
  const { t } = useTranslation("generate");
  return (
    <Section title={t("shape.title")}>
      <SizeFields />
      <LengthFields />
    </Section>
  );
}

function SizeFields() {
  const { t } = useTranslation("generate");
  const { model, values } = useClip();
  const { form, change } = useForm();
  const error = useError("size", "width", "height", "area");
  const { limits } = model;
  const trained = model.sizes.flatMap((text) => readSize(text) ?? []);
  const own = trained[0] ?? values.size;
  const size = form.size ?? values.size;
  const resolution = trained.find((one) => one.width * one.height === size.width * size.height) ?? own;
  const shapeless = form.size === null;
  const fromPicture = model.shaped_by_picture && form.task !== "t2v";

  const choose = (like: Size, aspect: number) => change({ size: sizeLike(like, aspect, limits) });
  // Emptying one side restores its default; the choice for the other side stays.
  const side = (name: keyof Size) => (value: number | null) => {
    const next = { ...size, [name]: value ?? own[name] };
    change({ size: value === null && next.width === own.width && next.height === own.height ? null : next });
  };

  return (
    <>
      <ChoiceField<Aspect | "own">
        label={t("shape.aspect")}
        value={shapeless ? "own" : aspectOf(size)}
        onChange={(aspect) => (aspect === "own" ? change({ size: null }) : choose(resolution, ratioOf(aspect)))}
        choices={[
          { value: "own", label: t(fromPicture ? "shape.asPicture" : "shape.own") },
          ...ASPECTS.map((aspect) => ({ value: aspect, label: aspect })),
        ]}
      />
      {trained.length > 1 && (
        <ChoiceField
          label={t("shape.resolution")}
          value={`${resolution.width}x${resolution.height}`}
          onChange={(text) => choose(readSize(text) ?? own, size.width / size.height)}
          choices={trained.map(({ width, height }) => ({
            value: `${width}x${height}`,
            label: `${Math.min(width, height)}p`,
          }))}
        />
      )}
      <Group gap="sm" align="flex-end" wrap="nowrap" maw={360}>
        {(["width", "height"] as const).map((name) => (
          <NumberField
            key={name}
            label={t(`shape.${name}`)}
            value={form.size?.[name] ?? null}
            own={values.size[name]}
            onChange={side(name)}
            step={limits.grid}
            min={readSize(limits.smallest)?.[name] ?? 1}
            max={readSize(limits.largest)?.[name] ?? Number.MAX_SAFE_INTEGER}
            error={Boolean(error)}
          />
        ))}
      </Group>
      <Text size="xs" c="dimmed">
        {t("shape.grid", { grid: limits.grid })} <TrainedOn model={model} />
      </Text>
      {error && (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          {error}
        </Text>
      )}
    </>
  );
}

function LengthFields() {
  const { t } = useTranslation("generate");
  const { model, values } = useClip();
  const { form, change } = useForm();
  const error = useError("frames", "seconds");
  const rateError = useError("fps");
  const { temporal, most_frames } = model.limits;
  const frames = form.frames ?? values.frames;
  const fps = form.fps === null ? values.rate : rate(form.fps);
  const byVoice = model.length_from_voice && form.task === "s2v" && form.frames === null;

  return (
    <>
      <Group gap="sm" align="flex-start" wrap="nowrap" maw={540}>
        <NumberField
          label={t("shape.frames")}
          value={form.frames}
          own={values.frames}
          onChange={(frames) => change({ frames })}
          step={temporal}
          min={1}
          max={most_frames}
          allowDecimal={false}
          error={error}
        />
        <Seconds
          label={t("shape.seconds")}
          value={secondsOf(frames, fps)}
          onChange={(seconds) => change({ frames: framesNear(seconds * fps, model.limits) })}
        />
        <NumberField
          label={t("shape.fps")}
          value={form.fps === null ? null : fps}
          own={values.rate}
          onChange={(fps) => change({ fps: fps === null ? null : String(fps) })}
          min={1}
          max={MOST_RATE}
          decimalScale={3}
          error={rateError}
        />
      </Group>
      <Text size="xs" c="dimmed">
        {byVoice ? t("shape.byVoice") : temporal > 1 ? t("shape.rule", { temporal, most: most_frames }) : null}
      </Text>
    </>
  );
}

/** The same length in seconds; input is rounded to the nearest valid number of frames. */
function Seconds({ label, value, onChange }: { label: string; value: number; onChange: (value: number) => void }) {
  const [typed, setTyped] = useState<string | number | null>(null);
  return (
    <NumberInput
      label={label}
      value={typed ?? value}
      min={0}
      step={0.5}
      decimalScale={2}
      hideControls
      onChange={(next) => {
        setTyped(next);
        if (typeof next === "number" && next > 0) onChange(next);
      }}
      onBlur={() => setTyped(null)}
    />
  );
}
