import { Select } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { ROLES, type Role } from "./usePeople";

interface Props {
  label: string;
  value: Role;
  /** Hides the label visually where a table already shows it. */
  hidden?: boolean;
  disabled?: boolean;
  onChange: (role: Role) => void;
}

export function RoleSelect({ label, value, hidden = false, disabled = false, onChange }: Props) {
  const { t } = useTranslation("account");
  return (
    <Select
      {...(hidden ? { "aria-label": label } : { label })}
      data={ROLES.map((role) => ({ value: role, label: t(`role.${role}`) }))}
      value={value}
      disabled={disabled}
      allowDeselect={false}
      w={170}
      onChange={(chosen) => chosen !== null && onChange(chosen as Role)}
    />
  );
}
