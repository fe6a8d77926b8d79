import { Text } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "../Outputs.module.css";

/** Accepts files dropped anywhere on the page. */
export function DropArea({ send }: { send: (files: File[]) => void }) {
  const { t } = useTranslation("outputs");
  const [over, setOver] = useState(false);
  const depth = useRef(0); // entering a child fires before leaving its parent
  useEffect(() => {
    const enter = (by: number) => (event: DragEvent) => {
      if (!hasFiles(event)) return;
      depth.current = Math.max(0, depth.current + by);
      setOver(depth.current > 0);
    };
    const [enters, leaves] = [enter(1), enter(-1)];
    const allow = (event: DragEvent) => hasFiles(event) && event.preventDefault();
    const drop = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      depth.current = 0;
      setOver(false);
      send([...(event.dataTransfer?.files ?? [])]);
    };
    const heard = { dragenter: enters, dragleave: leaves, dragover: allow, drop } as const;
    for (const [name, hear] of Object.entries(heard)) window.addEventListener(name, hear as EventListener);
    return () => {
      for (const [name, hear] of Object.entries(heard)) window.removeEventListener(name, hear as EventListener);
    };
  }, [send]);
  return over ? (
    <div className={classes.dropping}>
      <Text size="lg">{t("bring.drop")}</Text>
    </div>
  ) : null;
}

function hasFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes("Files") ?? false;
}
