import { ActionIcon, Button, Tooltip } from "@mantine/core";
import { IconArrowLeft, IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useSearchParams } from "react-router";
import { links } from "@/shared/links";
import { shown, useKeysOf, useShortcut } from "@/shared/shortcuts";
import { useFilters } from "../library/useFilters";
import { useLibrary } from "../library/useLibrary";

/** Links back to the list, and to the clips before and after this one in it. */
export function Neighbours({ id }: { id: string }) {
  const { t } = useTranslation("outputs");
  const [params] = useSearchParams();
  const navigate = useNavigate();
  const { before, after } = useNeighbours(id);
  const query = params.toString() === "" ? "" : `?${params}`;
  const to = (other: string) => links.clip(other) + query;

  const go = (other: string | undefined) => {
    if (other !== undefined) void navigate(to(other), { replace: true });
  };
  useShortcut("before", () => go(before));
  useShortcut("after", () => go(after));
  const keys = { before: shown(useKeysOf("before")), after: shown(useKeysOf("after")) };

  const step = (label: string, key: string, Icon: typeof IconArrowLeft, other: string | undefined) => (
    <Tooltip label={`${label} (${key})`}>
      {other === undefined ? (
        <ActionIcon size="input-sm" variant="default" aria-label={label} disabled>
          <Icon size={18} aria-hidden />
        </ActionIcon>
      ) : (
        <ActionIcon size="input-sm" variant="default" aria-label={label} component={Link} to={to(other)} replace>
          <Icon size={18} aria-hidden />
        </ActionIcon>
      )}
    </Tooltip>
  );
  return (
    <>
      <Button
        variant="default"
        component={Link}
        to={links.outputs + query}
        leftSection={<IconArrowLeft size={18} aria-hidden />}
      >
        {t("title")}
      </Button>
      {step(t("neighbour.before"), keys.before, IconChevronLeft, before)}
      {step(t("neighbour.after"), keys.after, IconChevronRight, after)}
    </>
  );
}

function useNeighbours(id: string): { before: string | undefined; after: string | undefined } {
  const [filters] = useFilters();
  const { cards, more, fetchMore } = useLibrary(filters);
  const index = cards.findIndex((card) => card.id === id);
  const last = index >= 0 && index === cards.length - 1;
  useEffect(() => {
    if (last && more) fetchMore();
  }, [last, more, fetchMore]);
  return index < 0
    ? { before: undefined, after: undefined }
    : { before: cards[index - 1]?.id, after: cards[index + 1]?.id };
}
