import { useQueryClient } from "@tanstack/react-query";
import { upload } from "@/shared/api/client";
import { type Asset, useLibrary } from "@/shared/library";
import { tellFault } from "@/shared/tell";
import type { LookNode } from "../model/project";

/** The library's colour tables (.cube), with uploading one and adding one to a look. */
export function useTables(add: (node: LookNode) => void) {
  const queries = useQueryClient();
  const library = useLibrary("look", "");
  const use = ({ sha256 }: Asset) => add({ kind: "lut", sha256 });
  return {
    known: library.data?.pages.flatMap(({ items }) => items) ?? [],
    use,
    upload: (file: File | null) => {
      if (file === null) return;
      upload(file, file.name)
        .then((asset) => {
          void queries.invalidateQueries({ queryKey: ["media", "library", "look"] });
          use(asset);
        })
        .catch(tellFault);
    },
  };
}
