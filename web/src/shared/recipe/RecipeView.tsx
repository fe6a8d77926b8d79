import { Alert, Button, CopyButton, Group, Stack, Text, Title } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { type Field, fieldsOf, GROUPS, type RecipeData } from "./fields";
import classes from "./RecipeView.module.css";
import { useFieldName, useFieldValue } from "./useFieldTexts";

interface Props {
  recipe: RecipeData;
  /** Hash of the recipe, if known. */
  hash?: string | null;
  /** Whether the recipe comes from the file's own metadata and is not known to the server. */
  claimed?: boolean;
}

/** Everything that determines a clip, readable and as JSON for copying. */
export function RecipeView({ recipe, hash = null, claimed = false }: Props) {
  const { t } = useTranslation("shared");
  const fields = fieldsOf(recipe);
  return (
    <Stack gap="md" component="section" aria-label={t(claimed ? "recipe.claimed" : "recipe.title")}>
      <Group justify="space-between">
        <Title order={2} size="h4">
          {t(claimed ? "recipe.claimed" : "recipe.title")}
        </Title>
        <CopyJson recipe={recipe} />
      </Group>
      {claimed && (
        <Alert color="yellow" variant="light" p="xs">
          {t("recipe.claimedText")}
        </Alert>
      )}
      {GROUPS.map((group) => ({ group, some: fields.filter((field) => field.group === group) }))
        .filter(({ some }) => some.length > 0)
        .map(({ group, some }) => (
          <Stack key={group} gap={6}>
            <Title order={3} size="h6" c="dimmed">
              {t(`recipe.group.${group}`)}
            </Title>
            <dl className={classes.fields}>
              {some.map((field) => (
                <FieldRow key={field.name} field={field} />
              ))}
            </dl>
          </Stack>
        ))}
      {hash !== null && (
        <dl className={classes.fields}>
          <div>
            <dt>{t("recipe.hash")}</dt>
            <dd className={classes.hash}>{hash}</dd>
          </div>
        </dl>
      )}
    </Stack>
  );
}

function FieldRow({ field }: { field: Field }) {
  const name = useFieldName();
  const value = useFieldValue();
  return (
    <div {...(field.long ? { className: classes.long } : {})}>
      <dt>{name(field.name)}</dt>
      <dd dir="auto">{value(field.name, field.value)}</dd>
    </div>
  );
}

function CopyJson({ recipe }: { recipe: RecipeData }) {
  const { t } = useTranslation("shared");
  return (
    <CopyButton value={JSON.stringify(recipe, null, 2)}>
      {({ copied, copy }) => (
        <>
          <Button
            size="compact-sm"
            variant="default"
            onClick={copy}
            leftSection={copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
          >
            {copied ? t("copied") : t("recipe.copy")}
          </Button>
          <Text span role="status" className={classes.heard}>
            {copied ? t("copied") : ""}
          </Text>
        </>
      )}
    </CopyButton>
  );
}
