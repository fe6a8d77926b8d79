import { Button, List, Popover, ScrollArea } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { MOST_PROMPTS } from "../form/wildcards";

const SHOWN = 50;

/** How many prompts the wildcards expand to, and a list of them on click. */
export function PromptList({ prompts }: { prompts: string[] }) {
  const { t } = useTranslation("generate");
  const all = prompts.length >= MOST_PROMPTS ? t("prompt.most", { count: MOST_PROMPTS }) : "";
  return (
    <Popover width={360} position="bottom-start" withinPortal={false} trapFocus>
      <Popover.Target>
        <Button size="compact-sm" variant="subtle">
          {t("prompt.several", { count: prompts.length })} {all}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("prompt.several", { count: prompts.length })}>
        <ScrollArea.Autosize mah={260} viewportProps={{ tabIndex: 0 }}>
          <List type="ordered" size="sm" spacing={4}>
            {prompts.slice(0, SHOWN).map((prompt) => (
              <List.Item key={prompt}>{prompt}</List.Item>
            ))}
          </List>
        </ScrollArea.Autosize>
      </Popover.Dropdown>
    </Popover>
  );
}
