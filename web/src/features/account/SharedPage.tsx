import { Button, Center, Loader, Stack, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { IconDownload, IconLinkOff } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import { api, body, type Schemas } from "@/shared/api/client";
import { Fault } from "@/shared/api/fault";
import { moment } from "@/shared/format";
import { Player } from "@/shared/player/Player";
import { EmptyState } from "@/shared/ui/EmptyState";
import { FaultNote } from "@/shared/ui/FaultNote";

/** The clip of a shared link, without sign-in. */
export function SharedPage() {
  const { t } = useTranslation("shared");
  const { token = "" } = useParams();
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["shared", token],
    queryFn: async () => body(await api.GET("/api/v1/shared/{token}", { params: { path: { token } } })),
  });
  useDocumentTitle(`${t("sharedClip.title")} · Artifex`);
  if (isPending) {
    return (
      <Frame>
        <Center mih={240}>
          <Loader aria-label={t("loading")} />
        </Center>
      </Frame>
    );
  }
  if (error instanceof Fault && error.status === 404) return <Gone />;
  return <Frame>{data ? <Clip clip={data} refetch={refetch} /> : <FaultNote error={error} retry={refetch} />}</Frame>;
}

function Clip({ clip, refetch }: { clip: Schemas["SharedAnswer"]; refetch: () => unknown }) {
  const { t } = useTranslation("shared");
  const title = clip.prompt?.slice(0, 200) || clip.name || t("sharedClip.title");
  return (
    <>
      <Seen clip={clip} title={title} refetch={refetch} />
      {clip.prompt !== null && (
        <section>
          <Title order={2} size="h5">
            {t("sharedClip.prompt")}
          </Title>
          <Text dir="auto" style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
            {clip.prompt}
          </Text>
        </section>
      )}
      {clip.model !== null && (
        <section>
          <Title order={2} size="h5">
            {t("sharedClip.model")}
          </Title>
          <Text>{clip.model}</Text>
        </section>
      )}
      <div>
        <Button
          component="a"
          href={clip.urls.file}
          download={clip.name}
          leftSection={<IconDownload size={18} aria-hidden />}
        >
          {t("sharedClip.download")}
        </Button>
      </div>
      <Text size="sm">{t("sharedClip.until", { moment: moment(clip.expires_at) })}</Text>
    </>
  );
}

interface SeenProps {
  clip: Schemas["SharedAnswer"];
  title: string;
  refetch: () => unknown;
}

function Seen({ clip: { kind, urls, facts }, title, refetch }: SeenProps) {
  if (kind === "image") return <img src={urls.file} alt={title} style={{ maxWidth: "100%", borderRadius: 8 }} />;
  // biome-ignore lint/a11y/useMediaCaption: sounds of this studio have no captions
  if (kind === "audio") return <audio src={urls.file} controls aria-label={title} style={{ width: "100%" }} />;
  return <Player src={urls.file} poster={urls.poster} name={title} facts={facts} onFault={refetch} />;
}

function Gone() {
  const { t } = useTranslation("shared");
  return (
    <Frame title={t("sharedClip.gone")}>
      <EmptyState Icon={IconLinkOff} text={t("sharedClip.goneText")} />
    </Frame>
  );
}

function Frame({ title, children }: { title?: string; children: ReactNode }) {
  const { t } = useTranslation("shared");
  return (
    <Stack component="main" maw={960} mx="auto" p="lg" gap="lg">
      <Title order={1} size="h2">
        {title ?? t("sharedClip.title")}
      </Title>
      {children}
    </Stack>
  );
}
