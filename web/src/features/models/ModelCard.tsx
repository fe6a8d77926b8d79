import { Anchor, Badge, Card, Group, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { bytes } from "@/shared/format";
import { useJobs } from "@/shared/live/jobs";
import { TrainedOn } from "@/shared/ui/TrainedOn";
import { FitsHere } from "./FitsHere";
import { ModelButtons } from "./ModelButtons";
import { PullNote } from "./PullNote";
import { latestOf, type Model, sizeOf } from "./standing";
import { useModelActions } from "./useModelActions";

/** One model: what it can do, whether this machine can run it, and its actions. */
export function ModelCard({ model }: { model: Model }) {
  const { t } = useTranslation("models");
  const actions = useModelActions(model.name);
  const pull = useJobs((jobs) => latestOf(jobs.byId, "pull", model.name));
  const warming = useJobs((jobs) => latestOf(jobs.byId, "warm", model.name));
  return (
    <Card component="li" padding="lg" withBorder aria-labelledby={`model-${model.name}`}>
      <Stack gap="md" h="100%" justify="space-between">
        <Stack gap="sm">
          <Group justify="space-between" align="flex-start" gap="xs">
            <Title order={2} size="h4" id={`model-${model.name}`}>
              {model.title}
            </Title>
            <Marks model={model} />
          </Group>
          <Text size="sm">{model.tasks.map((task) => t(`task.${task}`)).join(" · ")}</Text>
          <FitsHere model={model} />
          <Facts model={model} />
          <Text size="sm" c="dimmed">
            <TrainedOn model={model} />
          </Text>
          <PullNote model={model} job={pull} actions={actions} />
        </Stack>
        <ModelButtons model={model} pull={pull} warming={warming} actions={actions} />
      </Stack>
    </Card>
  );
}

function Marks({ model }: { model: Model }) {
  const { t } = useTranslation("models");
  const marks = [
    ...(model.default ? [t("mark.default")] : []),
    ...(model.warm_slots.length > 0 ? [t("mark.warm")] : []),
    ...(model.installed ? [t("mark.installed")] : []),
  ];
  return (
    <Group gap={6}>
      {marks.map((mark) => (
        <Badge key={mark} variant="default" tt="none" fw={500}>
          {mark}
        </Badge>
      ))}
    </Group>
  );
}

/** Family, licence and size, in the same place on every card. */
function Facts({ model }: { model: Model }) {
  const { t } = useTranslation("models");
  const size = sizeOf(model);
  return (
    <Stack gap={2}>
      <Text size="sm" c="dimmed">
        {size === null ? t("size.unknown") : t(size.here ? "size.here" : "size.download", { size: bytes(size.bytes) })}
        {" · "}
        {t("family", { family: model.family })}
      </Text>
      <Text size="sm" c="dimmed">
        {t("licence")}{" "}
        {model.licence_url === null ? (
          model.licence
        ) : (
          <Anchor href={model.licence_url} target="_blank" rel="noreferrer" underline="always" inherit>
            {model.licence}
          </Anchor>
        )}
        {model.licence_note !== null && `. ${model.licence_note}`}
      </Text>
    </Stack>
  );
}
