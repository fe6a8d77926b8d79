import { useTranslation } from "react-i18next";
import { signOut, useLeaving } from "@/shared/api/signOut";
import { AskFirst } from "@/shared/ui/AskFirst";

/** Asks whether to sign out although a prompt was typed that no clip was made of. */
export function Leaving() {
  const { t } = useTranslation("shared");
  const { asked } = useLeaving();
  return (
    <AskFirst
      opened={asked}
      title={t("leaving.title")}
      text={t("leaving.text")}
      yes={t("palette.signOut")}
      act={signOut}
      close={() => useLeaving.setState({ asked: false })}
    />
  );
}
