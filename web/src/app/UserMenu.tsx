import { Menu, NavLink } from "@mantine/core";
import { IconLogout, IconUser, IconUserCircle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { leave } from "@/shared/api/signOut";
import { links } from "@/shared/links";
import { useSession } from "@/shared/session";
import classes from "./Shell.module.css";

/** The signed-in user, with links to their account and to sign out; renders nothing where nobody is signed in. */
export function UserMenu() {
  const { t } = useTranslation("shared");
  const { status, me } = useSession();
  if (status !== "signed-in" || me === null) return null;
  return (
    <Menu position="top-start" width="target" withinPortal={false}>
      <Menu.Target>
        <NavLink
          component="button"
          type="button"
          label={me.name}
          aria-label={t("user.menu", { name: me.name })}
          leftSection={<IconUserCircle size={18} stroke={1.6} aria-hidden />}
          className={classes.link}
          mt="auto"
        />
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component={Link} to={links.account} leftSection={<IconUser size={16} aria-hidden />}>
          {t("user.account")}
        </Menu.Item>
        <Menu.Item onClick={leave} leftSection={<IconLogout size={16} aria-hidden />}>
          {t("palette.signOut")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
