import { Stack, Tabs } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { Page } from "@/shared/ui/Page";
import { History } from "./History";
import { Charts } from "./machine/Charts";
import { Machine } from "./machine/Machine";
import classes from "./queue.module.css";
import { Running } from "./Running";
import { Waiting } from "./Waiting";

const TABS = ["queue", "history", "machine"] as const;
type Tab = (typeof TABS)[number];

export function QueuePage() {
  const { t } = useTranslation("queue");
  const [params, setParams] = useSearchParams();
  const tab = TABS.find((one) => one === params.get("tab")) ?? "queue";
  const show = (next: string | null) => setParams(next === "queue" ? {} : { tab: next ?? "queue" }, { replace: true });
  return (
    <Page title={t("title")}>
      <Tabs value={tab} onChange={show} keepMounted={false}>
        <Tabs.List aria-label={t("title")} mb="lg">
          {TABS.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {t(`tabs.${one}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {TABS.map((one) => (
          <Tabs.Panel key={one} value={one}>
            <Content tab={one} />
          </Tabs.Panel>
        ))}
      </Tabs>
    </Page>
  );
}

function Content({ tab }: { tab: Tab }) {
  if (tab === "history") return <History />;
  if (tab === "machine") return <Machine />;
  return (
    <div className={classes.columns}>
      <Stack gap="xl" miw={0}>
        <Running />
        <Waiting />
      </Stack>
      <Charts narrow />
    </div>
  );
}
