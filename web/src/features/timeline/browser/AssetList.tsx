import type { KeyboardEvent } from "react";
import type { Asset } from "@/shared/library";
import { editor, useEditor } from "../state/editor";
import { AssetTile } from "./AssetTile";

interface Props {
  assets: readonly Asset[];
  label: string;
  /** Appends a file to the film. */
  place: (asset: string) => void;
  mayWrite: boolean;
}

/** A list of files with one selected; arrow keys move the selection. */
export function AssetList({ assets, label, place, mayWrite }: Props) {
  const chosen = useEditor((state) => state.asset);
  const index = assets.findIndex((asset) => asset.id === chosen);
  const go = (event: KeyboardEvent<HTMLDivElement>) => {
    const to = { ArrowUp: index - 1, ArrowDown: index + 1, Home: 0, End: assets.length - 1 }[event.key];
    if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const next = Math.min(Math.max(0, to), assets.length - 1);
    editor.set({ asset: assets[next]?.id ?? null });
    event.currentTarget.querySelectorAll<HTMLElement>("[role=option]")[next]?.focus();
  };
  return (
    <div role="listbox" tabIndex={-1} aria-label={label} onKeyDown={go}>
      {assets.map((asset, order) => (
        <AssetTile
          key={asset.id}
          asset={asset}
          chosen={asset.id === chosen}
          reached={index === -1 ? order === 0 : order === index}
          draggable={mayWrite}
          place={() => place(asset.id)}
        />
      ))}
    </div>
  );
}
