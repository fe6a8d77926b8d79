import { List, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, body } from "@/shared/api/client";
import { bytes, number } from "@/shared/format";
import { FaultNote } from "@/shared/ui/FaultNote";
import { Section } from "./Section";

/** The server's version and limits. */
export function Server() {
  const { t } = useTranslation("settings");
  const { data, error, refetch } = useQuery({
    queryKey: ["system", "about"],
    queryFn: async () => body(await api.GET("/api/v1/system/about")),
  });
  return (
    <Section title={t("server.title")}>
      {error && <FaultNote error={error} retry={refetch} />}
      {data === undefined && !error && <Skeleton height={80} maw={420} />}
      {data && (
        <List size="sm" spacing={4}>
          <List.Item>{t("server.version", { version: data.version, python: data.python })}</List.Item>
          {data.home !== null && <List.Item>{t("server.home", { folder: data.home })}</List.Item>}
          {data.accounts && (
            <>
              <List.Item>{t("server.jobs", counted(data.limits.open_jobs))}</List.Item>
              <List.Item>
                {t("server.kept", {
                  size: bytes(data.limits.bytes_kept),
                  files: number(data.limits.files),
                  count: data.limits.files,
                })}
              </List.Item>
              <List.Item>{t("server.requests", counted(data.limits.requests_a_minute))}</List.Item>
            </>
          )}
        </List>
      )}
    </Section>
  );
}

/** `count` selects the plural form, and `most` is the formatted number in the text. */
function counted(count: number) {
  return { count, most: number(count) };
}
