import { Button, SegmentedControl, Skeleton, Stack, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconArrowBarToDown, IconRowInsertBottom, IconRowInsertTop } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type LibraryKind, useLibrary } from "@/shared/library";
import { FaultNote } from "@/shared/ui/FaultNote";
import { Act } from "../editor/Act";
import { actsOn } from "../editor/acts";
import { useEditor } from "../state/editor";
import { useFilm } from "../state/film";
import { AssetList } from "./AssetList";

const PAUSE_MS = 250;
const KINDS: readonly LibraryKind[] = ["video", "image", "audio"];
const PLACEHOLDERS = ["a", "b", "c", "d"];

/** Library files, to be placed on the tracks by dragging or with the keyboard. */
export function AssetBrowser() {
  const { t } = useTranslation("timeline");
  const film = useFilm();
  const acts = actsOn(film);
  const [kind, setKind] = useState<LibraryKind>("video");
  const [typed, setTyped] = useState("");
  const [search] = useDebouncedValue(typed, PAUSE_MS);
  const library = useLibrary(kind, search);
  const chosen = useEditor((state) => state.asset);
  const assets = library.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Stack gap="xs">
      <SegmentedControl
        size="xs"
        fullWidth
        style={{ flexWrap: "wrap" }} // long words in a narrow panel
        aria-label={t("browser.kind")}
        value={kind}
        onChange={setKind}
        data={KINDS.map((value) => ({ value, label: t(`browser.${value}`) }))}
      />
      <TextInput
        size="xs"
        aria-label={t("browser.search")}
        placeholder={t("browser.search")}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      {film.mayWrite && (
        <div role="toolbar" aria-label={t("browser.place")}>
          <Act
            label={t("browser.insert")}
            keys="cutInsert"
            Icon={IconRowInsertTop}
            disabled={chosen === null}
            act={() => acts.place("insert")}
          />
          <Act
            label={t("browser.overwrite")}
            keys="cutOverwrite"
            Icon={IconArrowBarToDown}
            disabled={chosen === null}
            act={() => acts.place("overwrite")}
          />
          <Act
            label={t("browser.append")}
            keys="cutAppend"
            Icon={IconRowInsertBottom}
            disabled={chosen === null}
            act={() => acts.place("append")}
          />
        </div>
      )}
      {library.error && <FaultNote error={library.error} retry={library.refetch} />}
      {library.isSuccess && assets.length === 0 && (
        <Text size="sm" c="dimmed">
          {t("browser.empty")}
        </Text>
      )}
      {library.isPending && PLACEHOLDERS.map((key) => <Skeleton key={key} h={52} />)}
      {assets.length > 0 && (
        <AssetList
          assets={assets}
          label={t(`browser.${kind}`)}
          place={(asset) => acts.place("append", asset)}
          mayWrite={film.mayWrite}
        />
      )}
      {library.hasNextPage && (
        <Button
          size="compact-sm"
          variant="default"
          loading={library.isFetchingNextPage}
          onClick={() => void library.fetchNextPage()}
        >
          {t("more")}
        </Button>
      )}
    </Stack>
  );
}
