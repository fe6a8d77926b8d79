import { ActionIcon, Group, Pill, SegmentedControl, Select, TextInput, Tooltip } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch, IconSortAscending, IconSortDescending } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { chipsOf, type Filters, KINDS, ORIGINS, TASKS, without } from "./library/filters";
import { useSummary } from "./library/useLibrary";

interface Props {
  filters: Filters;
  change: (change: Partial<Filters>, replace?: boolean) => void;
}

/** Filters of the library. */
export function FilterBar({ filters, change }: Props) {
  const { t } = useTranslation("outputs");
  const { data } = useSummary();
  const newest = filters.order === "newest";
  return (
    <search aria-label={t("filter.label")}>
      <Group gap="xs">
        <SegmentedControl
          size="sm"
          aria-label={t("filter.kind")}
          value={filters.kind}
          onChange={(kind) => change({ kind: kind as Filters["kind"] })}
          data={KINDS.map((kind) => ({ value: kind, label: t(`kind.${kind}`) }))}
        />
        <Search filters={filters} change={change} />
        <Select
          aria-label={t("filter.model")}
          placeholder={t("filter.model")}
          data={data?.models ?? []}
          value={filters.model}
          onChange={(model) => change({ model })}
          searchable
          clearable
          clearButtonProps={{ "aria-label": t("filter.clear") }}
          flex="1 1 150px"
          maw={190}
        />
        <Select
          aria-label={t("filter.task")}
          placeholder={t("filter.task")}
          data={TASKS.map((task) => ({ value: task, label: t(`task.${task}`) }))}
          value={filters.task}
          onChange={(task) => change({ task: task as Filters["task"] })}
          clearable
          clearButtonProps={{ "aria-label": t("filter.clear") }}
          flex="1 1 150px"
          maw={190}
        />
        <Select
          aria-label={t("filter.origin")}
          placeholder={t("filter.origin")}
          data={ORIGINS.map((origin) => ({ value: origin, label: t(`origin.${origin}`) }))}
          value={filters.origin}
          onChange={(origin) => change({ origin: origin as Filters["origin"] })}
          clearable
          clearButtonProps={{ "aria-label": t("filter.clear") }}
          flex="1 1 150px"
          maw={190}
        />
        <Tooltip label={t(newest ? "order.newest" : "order.oldest")}>
          <ActionIcon
            size="input-sm"
            variant="default"
            aria-label={t("order.label", { order: t(newest ? "order.newest" : "order.oldest") })}
            onClick={() => change({ order: newest ? "oldest" : "newest" })}
          >
            {newest ? <IconSortDescending size={18} aria-hidden /> : <IconSortAscending size={18} aria-hidden />}
          </ActionIcon>
        </Tooltip>
      </Group>
      <Chips filters={filters} change={change} />
    </search>
  );
}

const WAIT_MS = 300;

function Search({ filters, change }: Props) {
  const { t } = useTranslation("outputs");
  const [text, setText] = useState(filters.search);
  useEffect(() => setText(filters.search), [filters.search]);
  // The browser's Back button leads to the state before the search, not through each letter.
  const search = useDebouncedCallback((search: string) => change({ search }, filters.search !== ""), WAIT_MS);
  return (
    <TextInput
      type="search"
      aria-label={t("filter.search")}
      placeholder={t("filter.search")}
      leftSection={<IconSearch size={16} aria-hidden />}
      value={text}
      maxLength={200}
      onChange={(event) => {
        setText(event.currentTarget.value);
        search(event.currentTarget.value);
      }}
      style={{ flex: "1 1 180px" }}
      maw={420}
    />
  );
}

function Chips({ filters, change }: Props) {
  const { t } = useTranslation("outputs");
  const chips = chipsOf(filters);
  const words = {
    search: filters.search,
    model: filters.model ?? "",
    task: filters.task === null ? "" : t(`task.${filters.task}`),
    origin: filters.origin === null ? "" : t(`origin.${filters.origin}`),
  };
  if (chips.length === 0) return null;
  return (
    <Pill.Group mt="sm">
      {chips.map((chip) => (
        <Pill
          key={chip}
          withRemoveButton
          onRemove={() => change(without(filters, chip))}
          removeButtonProps={{
            "aria-label": t("filter.takeOff", { filter: words[chip] }),
            tabIndex: 0,
            "aria-hidden": false,
          }}
        >
          {t(`chip.${chip}`, { value: words[chip] })}
        </Pill>
      ))}
    </Pill.Group>
  );
}
