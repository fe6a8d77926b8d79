import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, body } from "@/shared/api/client";
import { tellFault } from "@/shared/tell";
import { did } from "@/shared/undo";
import { bodyOf, type Draft, draftOf, type NewStyle, type Style } from "./draft";

const KEY = ["styles"];

/** The styles, and how to create, change and delete them. */
export function useStyles() {
  const { t } = useTranslation("settings");
  const queries = useQueryClient();
  const fresh = () => queries.invalidateQueries({ queryKey: KEY });
  const list = useQuery({ queryKey: KEY, queryFn: async () => body(await api.GET("/api/v1/styles")).items as Style[] });
  const saving = useMutation({
    mutationFn: async ({ id, draft }: { id: string | null; draft: Draft }) =>
      id === null ? await create(bodyOf(draft)) : await change(id, bodyOf(draft)),
    onSuccess: fresh,
  });

  const remove = async (style: Style) => {
    let { id } = style;
    const gone = () => destroy(id).then(fresh);
    const undo = async () => {
      id = (await create(bodyOf(draftOf(style)))).id;
      await fresh();
    };
    try {
      await gone();
      did({ label: t("styles.deleted", { name: style.name }), undo, redo: gone });
    } catch (error) {
      tellFault(error);
    }
  };
  return { list, saving, remove };
}

async function create(style: NewStyle): Promise<Style> {
  return body(await api.POST("/api/v1/styles", { body: style })) as Style;
}

async function change(id: string, style: NewStyle): Promise<Style> {
  const params = { path: { style_id: id } };
  return body(await api.PATCH("/api/v1/styles/{style_id}", { params, body: style })) as Style;
}

async function destroy(id: string): Promise<void> {
  await api.DELETE("/api/v1/styles/{style_id}", { params: { path: { style_id: id } } });
}
