import { Stack, Table, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/shared/api/client";
import { differences } from "@/shared/recipe/differences";
import { useFieldName, useFieldValue } from "@/shared/recipe/useFieldTexts";
import classes from "./Compare.module.css";
import { letterOf } from "./Stage";

/** Only the recipe fields that differ. */
export function RecipeDifferences({ assets }: { assets: Schemas["AssetAnswer"][] }) {
  const { t } = useTranslation("outputs");
  const name = useFieldName();
  const value = useFieldValue();
  const rows = differences(assets.map((asset) => asset.recipe ?? asset.claimed_recipe));
  return (
    <Stack gap="sm" component="section" aria-label={t("compare.recipes")}>
      <Title order={2} size="h4">
        {t("compare.recipes")}
      </Title>
      {rows.length === 0 ? (
        <Text size="sm">{t("compare.same")}</Text>
      ) : (
        <Table.ScrollContainer minWidth={420} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
          <Table className={classes.table} aria-label={t("compare.recipes")}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">{t("compare.field")}</Table.Th>
                {assets.map((asset, index) => (
                  <Table.Th key={asset.id} scope="col">
                    {t("compare.clip", { letter: letterOf(index) })}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map((row) => (
                <Table.Tr key={row.name}>
                  <Table.Th scope="row">{name(row.name)}</Table.Th>
                  {assets.map((asset, index) => (
                    <Table.Td key={asset.id} dir="auto">
                      {value(row.name, row.values[index] ?? "")}
                    </Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Stack>
  );
}
