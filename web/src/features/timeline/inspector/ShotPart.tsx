import { Badge, Button, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useAsset } from "@/shared/library";
import { links } from "@/shared/links";
import { Section } from "@/shared/ui/Section";
import { RebuildButton } from "../editor/RebuildButton";
import type { Shot, Take } from "../model/project";
import { useFilm } from "../state/film";
import { CommitText } from "./Commit";
import classes from "./Inspector.module.css";

/** A shot's recipe, its takes, and which of them is accepted. */
export function ShotPart({ shot }: { shot: Shot }) {
  const { t } = useTranslation("timeline");
  const { answer, edits, mayWrite } = useFilm();
  const stale = answer.stale.includes(shot.id);
  const unmade = answer.unmade.includes(shot.id);
  const prompt = typeof shot.recipe.prompt === "string" ? shot.recipe.prompt : "";
  return (
    <Section small title={t("shot.title")}>
      <Group gap="xs">
        {(stale || unmade) && (
          <Badge color="orange" variant="light" tt="none" autoContrast>
            {t(unmade ? "shot.unmade" : "shot.stale")}
          </Badge>
        )}
        <Text size="xs" c="dimmed">
          {modelOf(shot)}
        </Text>
      </Group>
      <CommitText
        label={t("shot.prompt")}
        lines
        value={prompt}
        disabled={!mayWrite}
        commit={(text) => edits.run([{ edit: "set_shot", shot: shot.id, recipe: { ...shot.recipe, prompt: text } }])}
      />
      {(stale || shot.id in answer.to_accept) && (
        <Text size="xs" c="dimmed">
          {t(shot.id in answer.to_accept ? "shot.newTake" : "shot.staleText")}
        </Text>
      )}
      {mayWrite && (
        <Group>
          <RebuildButton shots={[shot.id]} />
          {goesOn(shot) && (
            <Button size="compact-xs" variant="default" onClick={() => void edits.chooseBridge(shot.id)}>
              {t("shot.betterBridge")}
            </Button>
          )}
        </Group>
      )}
      {shot.takes.length > 0 && (
        <section className={classes.takes} aria-label={t("shot.takes")}>
          {shot.takes.map((take, index) => (
            <TakeView key={take.asset} shot={shot} take={take} number={index + 1} />
          ))}
        </section>
      )}
    </Section>
  );
}

/** Whether the shot begins with a frame of another shot. */
function goesOn({ inputs }: Shot): boolean {
  return inputs.some((input) => "shot" in input && input.role === "image");
}

/** A recipe names its model, with or without the hashes of its files. */
function modelOf({ recipe: { model } }: Shot): string {
  if (typeof model === "string") return model;
  return typeof model === "object" && model !== null && "name" in model ? String(model.name) : "";
}

function TakeView({ shot, take, number }: { shot: Shot; take: Take; number: number }) {
  const { t } = useTranslation("timeline");
  const { edits, mayWrite } = useFilm();
  const asset = useAsset(take.asset);
  const [playing, setPlaying] = useState(false);
  const name = t("take.name", { number });
  const run = (edit: "accept_take" | "reject_take" | "audition_take") =>
    void edits.run([{ edit, shot: shot.id, asset: take.asset }]);
  const urls = asset.data?.urls;
  return (
    <Stack gap={4} className={classes.take ?? ""} data-state={take.state} role="group" aria-label={name}>
      {playing && urls ? (
        // biome-ignore lint/a11y/useMediaCaption: clips of this studio have no captions
        <video src={urls.proxy ?? urls.file} autoPlay loop playsInline aria-label={name} />
      ) : urls?.thumbnail ? (
        <img src={urls.thumbnail} alt="" />
      ) : (
        <span className={classes.nothing} />
      )}
      <Group justify="space-between" gap={2}>
        <Text size="xs" component={Link} to={links.clip(take.asset)} c="inherit">
          {name}
        </Text>
        <Text size="xs" c="dimmed">
          {t(`take.${take.state}`)}
        </Text>
      </Group>
      {take.treated && (
        <Text size="xs" c="dimmed">
          {t("take.treated", { number: 1 + shot.takes.findIndex(({ asset }) => asset === take.treated?.asset) })}
        </Text>
      )}
      <Button
        size="compact-xs"
        variant="default"
        aria-label={t(playing ? "take.stopThis" : "take.playThis", { name })}
        onClick={() => setPlaying(!playing)}
      >
        {t(playing ? "take.stop" : "take.play")}
      </Button>
      {mayWrite && take.state !== "accepted" && (
        <Button size="compact-xs" aria-label={t("take.acceptThis", { name })} onClick={() => run("accept_take")}>
          {t("take.accept")}
        </Button>
      )}
      {mayWrite && (
        <Button
          size="compact-xs"
          variant="subtle"
          aria-label={t(take.state === "rejected" ? "take.auditionThis" : "take.rejectThis", { name })}
          onClick={() => run(take.state === "rejected" ? "audition_take" : "reject_take")}
        >
          {t(take.state === "rejected" ? "take.audition" : "take.reject")}
        </Button>
      )}
    </Stack>
  );
}
