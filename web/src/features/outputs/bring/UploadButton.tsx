import { Button, FileButton } from "@mantine/core";
import { IconUpload } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

export function UploadButton({ send }: { send: (files: File[]) => void }) {
  const { t } = useTranslation("outputs");
  return (
    <FileButton onChange={send} multiple accept="video/*,image/*,audio/*">
      {(props) => (
        <Button {...props} leftSection={<IconUpload size={18} aria-hidden />}>
          {t("bring.upload")}
        </Button>
      )}
    </FileButton>
  );
}
