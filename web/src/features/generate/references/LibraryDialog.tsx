import { Button, SimpleGrid, Skeleton, Stack, Text, TextInput, UnstyledButton } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconPhotoOff, IconVolume } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLibrary } from "@/shared/library";
import { Dialog } from "@/shared/ui/Dialog";
import { EmptyState } from "@/shared/ui/EmptyState";
import { FaultNote } from "@/shared/ui/FaultNote";
import { useClip } from "../clip";
import type { Asset, Role } from "../form/types";
import { KINDS } from "./kinds";
import classes from "./references.module.css";
import { place } from "./work";

const PAUSE_MS = 250;
const PLACEHOLDERS = ["a", "b", "c", "d", "e", "f", "g", "h"];

/** Picks a library file that fits a role. */
export function LibraryDialog({ role, close }: { role: Role; close: () => void }) {
  const { t } = useTranslation("generate");
  const { model } = useClip();
  const [typed, setTyped] = useState("");
  const [search] = useDebouncedValue(typed, PAUSE_MS);
  const library = useLibrary(KINDS[role], search);
  const assets = library.data?.pages.flatMap((page) => page.items) ?? [];
  const choose = (asset: Asset) => {
    place(role, asset, model);
    close();
  };

  return (
    <Dialog
      opened
      onClose={close}
      title={t("library.title", { role: t(`role.${role}`) })}
      size="xl"
      closeButtonProps={{ "aria-label": t("crop.close") }}
    >
      <Stack>
        <TextInput
          data-autofocus
          aria-label={t("library.search")}
          placeholder={t("library.search")}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        {library.error && <FaultNote error={library.error} retry={library.refetch} />}
        {library.isSuccess && assets.length === 0 && <EmptyState Icon={IconPhotoOff} text={t("library.empty")} />}
        <SimpleGrid cols={{ base: 2, xs: 3, md: 4 }} spacing="sm">
          {library.isPending && PLACEHOLDERS.map((key) => <Skeleton key={key} h={110} />)}
          {assets.map((asset) => (
            <Tile key={asset.id} asset={asset} choose={() => choose(asset)} />
          ))}
        </SimpleGrid>
        {library.hasNextPage && (
          <Button variant="default" loading={library.isFetchingNextPage} onClick={() => void library.fetchNextPage()}>
            {t("library.more")}
          </Button>
        )}
      </Stack>
    </Dialog>
  );
}

function Tile({ asset, choose }: { asset: Asset; choose: () => void }) {
  return (
    <UnstyledButton className={classes.tile} onClick={choose}>
      {asset.urls.thumbnail ? (
        <img src={asset.urls.thumbnail} alt="" loading="lazy" />
      ) : (
        <IconVolume size={28} stroke={1.3} aria-hidden />
      )}
      <Text size="xs" lineClamp={2} mt={4} style={{ overflowWrap: "anywhere" }}>
        {asset.name || asset.id}
      </Text>
    </UnstyledButton>
  );
}
