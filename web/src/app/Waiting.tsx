import { Center, Loader } from "@mantine/core";
import { useTranslation } from "react-i18next";

/** Shown while the page finds out who the user is, or fetches its first part. */
export function Waiting() {
  const { t } = useTranslation("shared");
  return (
    <Center mih="100vh">
      <Loader aria-label={t("loading")} />
    </Center>
  );
}
