import { List, Stack, Text, Title, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { bytes, duration } from "@/shared/format";
import { type CostCode, costsOf, laidOver } from "../form/alternatives";
import { useForm } from "../form/store";
import type { Estimate } from "../form/types";
import { replaceForm } from "../restoring/restoring";
import classes from "./panel.module.css";

type Alternative = Estimate["alternatives"][number];

/** Changes that make the clip fit or finish sooner; one click applies one. */
export function Alternatives({ estimate: { plan, alternatives } }: { estimate: Estimate }) {
  const { t } = useTranslation("generate");
  const [wanted, { toggle }] = useDisclosure(false);
  if (alternatives.length === 0) return null;
  const opened = wanted || !plan.fits; // if the clip does not fit, these are what helps
  const Icon = opened ? IconChevronDown : IconChevronRight;
  return (
    <Stack component="section" gap={6} aria-labelledby="alternatives">
      <Title order={2} size="h5" id="alternatives">
        {plan.fits ? (
          <UnstyledButton onClick={toggle} aria-expanded={opened} fw="inherit" fz="inherit">
            <Icon size={16} stroke={2} aria-hidden className={classes.chevron} />
            {t("fit.sooner")}
          </UnstyledButton>
        ) : (
          t("fit.title")
        )}
      </Title>
      {opened && (
        <List listStyleType="none" spacing={6} classNames={{ itemWrapper: classes.whole, itemLabel: classes.whole }}>
          {alternatives.map((one) => (
            <List.Item key={one.name}>
              <Choice one={one} fitsNow={plan.fits} />
            </List.Item>
          ))}
        </List>
      )}
    </Stack>
  );
}

function Choice({ one, fitsNow }: { one: Alternative; fitsNow: boolean }) {
  const { t } = useTranslation("generate");
  const { t: shared } = useTranslation("shared");
  const { label, price } = useWords(one);
  const memory = one.plan.vram > 0 ? one.plan.vram : one.plan.ram;
  const figures = [duration(one.plan.seconds, shared), bytes(memory)].join(" · ");
  return (
    <UnstyledButton
      className={classes.choice}
      onClick={() => replaceForm(laidOver(useForm.getState().form, one.changes), t("fit.done", { label }))}
    >
      <Text size="sm" fw={600} span display="block">
        {label}
      </Text>
      <Text size="xs" span display="block">
        {figures}
        {!one.fits && !fitsNow && ` · ${t("fit.stillNot")}`}
      </Text>
      {price && (
        <Text size="xs" span display="block">
          {t("fit.costs", { costs: price })}
        </Text>
      )}
    </UnstyledButton>
  );
}

const NAMES_ITSELF: CostCode[] = ["shorter", "smaller_picture", "fewer_steps"];

/** What an alternative changes, and its costs beyond what its name already says. */
function useWords({ name, changes, costs }: Alternative): { label: string; price: string } {
  const { t } = useTranslation("generate");
  const words = costsOf(costs).map(({ code, ...figures }) => ({ code, text: t(`cost.${code}`, figures) }));
  const own = words.find(({ code }) => NAMES_ITSELF.includes(code));
  const rest = words.filter((one) => one !== own).map(({ text }) => text);
  const accuracy = ACCURACIES.find((one) => one === changes.accuracy);
  const said =
    typeof changes.quantise === "string"
      ? t("fit.quantise", { kind: changes.quantise })
      : accuracy && t("fit.accuracy", { name: t(`accuracy.${accuracy}`) });
  return { label: own?.text ?? said ?? name, price: rest.join("; ") };
}

const ACCURACIES = ["exact", "high", "fast"] as const;
