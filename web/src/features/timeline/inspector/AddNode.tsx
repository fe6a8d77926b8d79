import { Button, FileButton, Group, Menu } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type texts from "../locales/en.json";
import { NODE_KINDS, type NodeKind } from "../model/looks";
import type { LookNode } from "../model/project";
import { useLooks } from "../server/queries";
import { useTables } from "./useTables";

/** Adds a node, a ready-made look, or a colour table (LUT). */
export function AddNode({ add }: { add: (...nodes: LookNode[]) => void }) {
  const { t } = useTranslation("timeline");
  const plain = NODE_KINDS.filter((kind): kind is Exclude<NodeKind, "lut"> => kind !== "lut");
  const looks = useLooks();
  const tables = useTables(add);
  return (
    <Group gap="xs">
      <Menu position="bottom-start">
        <Menu.Target>
          <Button size="compact-xs" variant="default" leftSection={<IconPlus size={14} aria-hidden />}>
            {t("look.add")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown mah="60vh" style={{ overflowY: "auto" }}>
          {plain.map((kind) => (
            <Menu.Item key={kind} onClick={() => add({ kind })}>
              {t(`node.${kind}`)}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Label>{t("look.presets")}</Menu.Label>
          {looks.map(({ name, nodes }) => (
            <Menu.Item key={name} onClick={() => add(...nodes)}>
              {t(`lookPreset.${name as keyof typeof texts.lookPreset}`, { defaultValue: name })}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Label>{t("look.tables")}</Menu.Label>
          {tables.known.map((table) => (
            <Menu.Item key={table.id} onClick={() => tables.use(table)}>
              {table.name}
            </Menu.Item>
          ))}
          <FileButton accept=".cube" onChange={tables.upload}>
            {(button) => (
              <Menu.Item closeMenuOnClick={false} {...button}>
                {t("look.newTable")}
              </Menu.Item>
            )}
          </FileButton>
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}
