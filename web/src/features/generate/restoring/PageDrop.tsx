import { Center, Overlay, Stack, Text } from "@mantine/core";
import { IconFileDownload } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Model } from "../form/types";
import { takeFile } from "./restoring";

/** Takes files that are dropped or pasted anywhere on the page. */
export function PageDrop({ models }: { models: Model[] }) {
  const { t } = useTranslation("generate");
  const over = useFiles((file) => void takeFile(file, models));
  return over ? (
    // Must not catch the drop, which belongs to what lies below.
    <Overlay fixed zIndex={150} backgroundOpacity={0.75} style={{ pointerEvents: "none" }} aria-hidden>
      <Center h="100%">
        <Stack align="center" gap="xs" c="white">
          <IconFileDownload size={40} stroke={1.3} />
          <Text size="lg">{t("restore.drop")}</Text>
        </Stack>
      </Center>
    </Overlay>
  ) : null;
}

function hasFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes("Files") ?? false;
}

/** Whether files are dragged over the page; dropped or pasted ones are passed to `take`. */
function useFiles(take: (file: File) => void): boolean {
  const [over, setOver] = useState(false);
  useEffect(() => {
    const onOver = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault(); // else the browser would open the file in place of this page
      const inZone = event.target instanceof Element && event.target.closest("[data-drop-zone]") !== null;
      setOver(!inZone);
    };
    const onLeave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    const onDrop = (event: DragEvent) => {
      setOver(false);
      if (event.defaultPrevented) return; // a zone took it
      const [file] = event.dataTransfer?.files ?? [];
      if (!file) return;
      event.preventDefault();
      take(file);
    };
    const onPaste = (event: ClipboardEvent) => {
      const [file] = event.clipboardData?.files ?? [];
      if (!file) return;
      event.preventDefault();
      take(file);
    };
    window.addEventListener("dragover", onOver);
    window.addEventListener("dragleave", onLeave);
    window.addEventListener("drop", onDrop);
    window.addEventListener("paste", onPaste);
    return () => {
      window.removeEventListener("dragover", onOver);
      window.removeEventListener("dragleave", onLeave);
      window.removeEventListener("drop", onDrop);
      window.removeEventListener("paste", onPaste);
    };
  });
  return over;
}
