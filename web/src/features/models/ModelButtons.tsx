import { Button, Group, Menu } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconDownload, IconFlame, IconRefresh, IconShieldCheck, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { isOver, type Job } from "@/shared/live/jobs";
import { useIsAdmin, useMayWrite } from "@/shared/session";
import { RemoveModel } from "./RemoveModel";
import { type Model, standing } from "./standing";
import type { ModelActions } from "./useModelActions";

interface Props {
  model: Model;
  pull: Job | null;
  warming: Job | null;
  actions: ModelActions;
}

/** Actions on a model: the likely ones as buttons, the others in a menu. */
export function ModelButtons({ model, pull, warming, actions }: Props) {
  const { t } = useTranslation("models");
  const admin = useIsAdmin();
  const write = useMayWrite();
  const underWay = pull !== null && !isOver(pull);
  if (!model.installed) {
    if (!admin || underWay || model.source === null) return null;
    const toGoOn = ["broken off", "stopped"].includes(standing(pull)); // then PullNote offers to continue
    return (
      <Group>
        {!toGoOn && (
          <Button
            variant="light"
            leftSection={<IconDownload size={16} aria-hidden />}
            onClick={() => actions.pull()}
            loading={actions.busy}
            aria-label={t("get", { model: model.title })}
          >
            {t("getShort")}
          </Button>
        )}
        <KeptParts model={model} pull={pull} actions={actions} />
      </Group>
    );
  }
  const warm = model.warm_slots.length > 0;
  const loading = warming !== null && !isOver(warming);
  return (
    <Group gap="xs">
      {admin && !model.default && (
        <Button
          variant="default"
          onClick={actions.use}
          disabled={actions.busy}
          aria-label={t("use", { model: model.title })}
        >
          {t("useShort")}
        </Button>
      )}
      {write && !warm && (
        <Button
          variant="default"
          leftSection={<IconFlame size={16} aria-hidden />}
          onClick={actions.warm}
          loading={loading}
          disabled={actions.busy || underWay}
          aria-label={t(loading ? "warmingOf" : "warm", { model: model.title })}
        >
          {t(loading ? "warming" : "warmShort")}
        </Button>
      )}
      {admin && model.source !== null && <Others model={model} actions={actions} underWay={underWay} />}
    </Group>
  );
}

function Others({ model, actions, underWay }: { model: Model; actions: ModelActions; underWay: boolean }) {
  const { t } = useTranslation("models");
  const [removing, { open, close }] = useDisclosure(false);
  return (
    <>
      <Menu position="bottom-start">
        <Menu.Target>
          <Button
            variant="subtle"
            color="gray"
            c="var(--mantine-color-text)"
            aria-label={t("more", { model: model.title })}
          >
            {t("moreShort")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconShieldCheck size={16} aria-hidden />}
            onClick={actions.verify}
            disabled={underWay}
          >
            {t("verify")}
          </Menu.Item>
          <Menu.Item
            leftSection={<IconRefresh size={16} aria-hidden />}
            onClick={() => actions.pull(true)}
            disabled={underWay}
          >
            {t("update")}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item leftSection={<IconTrash size={16} aria-hidden />} onClick={open} disabled={underWay}>
            {t("remove.do")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <RemoveModel model={model} remove={() => actions.remove()} opened={removing} close={close} />
    </>
  );
}

/** Offers to delete what an ended download left behind. */
function KeptParts({ model, pull, actions }: { model: Model; pull: Job | null; actions: ModelActions }) {
  const { t } = useTranslation("models");
  const [removing, { open, close }] = useDisclosure(false);
  const ended = pull !== null && isOver(pull) && pull.state !== "succeeded";
  const kept = ended && pull.progress.stage === "download" && pull.progress.step > 0;
  if (!kept) return null;
  return (
    <>
      <Button variant="subtle" color="gray" c="var(--mantine-color-text)" onClick={open}>
        {t("discard")}
      </Button>
      <RemoveModel model={model} remove={() => actions.remove(pull)} opened={removing} close={close} />
    </>
  );
}
