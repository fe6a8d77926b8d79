import { Alert, Button, CopyButton, Group, List, Loader, NumberInput, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body } from "@/shared/api/client";
import { moment } from "@/shared/format";
import { tellFault } from "@/shared/tell";
import { Dialog } from "@/shared/ui/Dialog";
import { FaultNote } from "@/shared/ui/FaultNote";

interface Props {
  asset: string;
  opened: boolean;
  close: () => void;
}

/** Links that show this clip to anyone who has them. */
export function ShareDialog({ asset, opened, close }: Props) {
  const { t } = useTranslation("outputs");
  const { t: ts } = useTranslation("shared");
  return (
    <Dialog opened={opened} onClose={close} title={t("act.share")} closeButtonProps={{ "aria-label": ts("close") }}>
      <Stack>
        <Text size="sm">{t("share.text")}</Text>
        <NewLink asset={asset} />
        <Links asset={asset} />
      </Stack>
    </Dialog>
  );
}

const USUAL_DAYS = 30;
const MOST_DAYS = 365;

function NewLink({ asset }: Pick<Props, "asset">) {
  const { t } = useTranslation("outputs");
  const queries = useQueryClient();
  const [days, setDays] = useState(USUAL_DAYS);
  const path = { asset_id: asset };
  const make = useMutation({
    mutationFn: async () =>
      body(await api.POST("/api/v1/media/{asset_id}/shares", { params: { path }, body: { days } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["media", asset, "shares"] }),
  });
  return (
    <>
      <Group align="flex-end">
        <NumberInput
          label={t("share.days")}
          value={days}
          onChange={(value) => setDays(Number(value) || USUAL_DAYS)}
          min={1}
          max={MOST_DAYS}
          clampBehavior="strict"
          allowDecimal={false}
          w={120}
        />
        <Button onClick={() => make.mutate()} loading={make.isPending}>
          {t("share.make")}
        </Button>
      </Group>
      {make.error && <FaultNote error={make.error} />}
      {make.data && <NewAddress address={window.location.origin + make.data.path} />}
    </>
  );
}

function NewAddress({ address }: { address: string }) {
  const { t } = useTranslation("outputs");
  const { t: ts } = useTranslation("shared");
  return (
    <Alert color="teal" variant="light" role="status">
      <Stack gap="xs">
        <Text size="sm">{t("share.once")}</Text>
        <Group wrap="nowrap">
          <TextInput value={address} readOnly aria-label={t("share.address")} flex={1} />
          <CopyButton value={address}>
            {({ copied, copy }) => (
              <Button variant="default" onClick={copy}>
                {ts(copied ? "copied" : "copy")}
              </Button>
            )}
          </CopyButton>
        </Group>
      </Stack>
    </Alert>
  );
}

function Links({ asset }: Pick<Props, "asset">) {
  const { t } = useTranslation("outputs");
  const { t: ts } = useTranslation("shared");
  const queries = useQueryClient();
  const path = { asset_id: asset };
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["media", asset, "shares"],
    queryFn: async () => body(await api.GET("/api/v1/media/{asset_id}/shares", { params: { path } })).items,
  });
  const revoke = useMutation({
    mutationFn: (share: string) => api.DELETE("/api/v1/shares/{share_id}", { params: { path: { share_id: share } } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["media", asset, "shares"] }),
    onError: tellFault,
  });
  if (isPending) return <Loader size="sm" aria-label={ts("loading")} />;
  if (error) return <FaultNote error={error} retry={refetch} />;
  if (data.length === 0) return <Text size="sm">{t("share.none")}</Text>;
  return (
    <List listStyleType="none" spacing="xs" aria-label={t("share.links")}>
      {data.map((share) => {
        const made = moment(share.created_at);
        return (
          <List.Item key={share.id}>
            <Group justify="space-between" w="100%">
              <Text size="sm">{t("share.link", { made, until: moment(share.expires_at) })}</Text>
              <Button
                size="compact-sm"
                variant="default"
                aria-label={t("share.revokeOf", { made })}
                onClick={() => revoke.mutate(share.id)}
              >
                {t("share.revoke")}
              </Button>
            </Group>
          </List.Item>
        );
      })}
    </List>
  );
}
