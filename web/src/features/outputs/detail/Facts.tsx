import { Stack, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/shared/api/client";
import { bytes, duration, moment, number, rate } from "@/shared/format";
import classes from "@/shared/recipe/RecipeView.module.css";
import { useBoards } from "../library/useLibrary";

/** What the server found when it probed the file. */
export function Facts({ asset }: { asset: Schemas["AssetAnswer"] }) {
  const { t } = useTranslation("outputs");
  const { t: ts } = useTranslation("shared");
  const { data: boards = [] } = useBoards();
  const { facts } = asset;
  const perSecond = typeof facts.frame_rate === "string" ? rate(facts.frame_rate) : 0;
  const rows: [string, string][] = [
    [t("fact.name"), asset.name],
    [t("fact.size"), facts.width ? `${facts.width} x ${facts.height}` : ""],
    [t("fact.length"), facts.seconds ? duration(Number(facts.seconds), ts) : ""],
    [t("fact.frames"), facts.frame_count ? number(Number(facts.frame_count)) : ""],
    [t("fact.rate"), perSecond > 0 ? number(perSecond, perSecond % 1 === 0 ? 0 : 2) : ""],
    [t("fact.codec"), typeof facts.codec === "string" ? facts.codec : asset.media_type],
    [t("fact.sound"), facts.sound === undefined ? "" : t(facts.sound ? "fact.yes" : "fact.no")],
    [t("fact.bytes"), bytes(asset.size)],
    [t("fact.made"), moment(asset.created_at)],
    [
      t("fact.boards"),
      boards
        .filter((board) => asset.boards.includes(board.id))
        .map((board) => board.name)
        .join(", "),
    ],
    [t("fact.sha256"), asset.sha256],
  ];
  return (
    <Stack gap="sm" component="section" aria-label={t("fact.title")}>
      <Title order={2} size="h4">
        {t("fact.title")}
      </Title>
      <dl className={classes.fields}>
        {rows
          .filter(([, value]) => value !== "")
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd dir="auto" {...(value === asset.sha256 ? { className: classes.hash } : {})}>
                {value}
              </dd>
            </div>
          ))}
      </dl>
    </Stack>
  );
}
