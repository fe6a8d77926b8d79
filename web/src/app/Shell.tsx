import { Alert, AppShell, Group, NavLink, Text, Tooltip, UnstyledButton } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import {
  IconAdjustmentsBolt,
  IconBox,
  IconLayoutGrid,
  IconMovie,
  IconPlayerTrackNext,
  IconSettings,
  IconTimeline,
} from "@tabler/icons-react";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Outlet, Link as RouterLink, useLocation, useNavigate, useNavigation } from "react-router";
import { useConnection } from "@/shared/connection";
import { links } from "@/shared/links";
import { AT_WORK, useJobs } from "@/shared/live/jobs";
import { type ShortcutName, useShortcut } from "@/shared/shortcuts";
import { redo, undo } from "@/shared/undo";
import { FirstRun } from "./FirstRun";
import { Leaving } from "./Leaving";
import { Palette } from "./Palette";
import classes from "./Shell.module.css";
import { ShortcutHelp } from "./ShortcutHelp";
import { UserMenu } from "./UserMenu";
import { useFocusKept } from "./useFocusKept";

const PLACES = [
  { to: links.generate, name: "generate", Icon: IconMovie, key: "goGenerate" },
  { to: links.queue, name: "queue", Icon: IconPlayerTrackNext, key: "goQueue" },
  { to: links.outputs, name: "outputs", Icon: IconLayoutGrid, key: "goOutputs" },
  { to: links.timeline, name: "timeline", Icon: IconTimeline, key: "goTimeline" },
  { to: links.models, name: "models", Icon: IconBox, key: "goModels" },
  { to: links.optimizations, name: "optimizations", Icon: IconAdjustmentsBolt, key: null },
  { to: links.settings, name: "settings", Icon: IconSettings, key: null },
] as const;

/** The frame around every page: navigation and the connection status. */
export function Shell() {
  const { t } = useTranslation("shared");
  const phone = useMediaQuery("(max-width: 48em)", false, { getInitialValueInEffect: false });
  const { pathname } = useLocation();
  useFocusOnPageChange(pathname);
  useFocusKept();
  useShortcut("undo", (event) => handled(event, undo()));
  useShortcut("redo", (event) => handled(event, redo()));

  return (
    <AppShell
      {...(phone ? { footer: { height: 60 } } : { navbar: { width: 216, breakpoint: 0 } })}
      padding={phone ? "sm" : "lg"}
    >
      <button type="button" className="skip" onClick={() => document.getElementById("main")?.focus()}>
        {t("skip")}
      </button>
      {phone ? (
        <AppShell.Footer>
          <Places phone path={pathname} />
        </AppShell.Footer>
      ) : (
        <AppShell.Navbar p="sm">
          <Group gap="xs" px="xs" pb="md" pt="xs">
            <img src="/assets/icon.svg" width={26} height={26} alt="" />
            <Text fw={650} size="lg">
              Artifex
            </Text>
          </Group>
          <Places path={pathname} />
          <UserMenu />
        </AppShell.Navbar>
      )}
      <AppShell.Main id="main" tabIndex={-1} className={classes.main}>
        <Going />
        <Lost />
        <Outlet />
      </AppShell.Main>
      {PLACES.map(({ to, key }) => key && <GoTo key={to} to={to} name={key} />)}
      <Palette />
      <ShortcutHelp />
      <FirstRun />
      <Leaving />
    </AppShell>
  );
}

function Places({ phone = false, path }: { phone?: boolean; path: string }) {
  const { t } = useTranslation("shared");
  const atWork = useJobs((jobs) => Object.values(jobs.byId).filter((job) => AT_WORK.includes(job.state)).length);
  return (
    <nav aria-label={t("nav.label")} className={phone ? classes.bar : undefined}>
      {PLACES.map(({ to, name, Icon }) => {
        const active = path === to || path.startsWith(`${to}/`);
        const busy = name === "queue" && atWork > 0;
        const label = t(`nav.${name}`);
        return phone ? (
          <Tooltip key={to} label={label}>
            <UnstyledButton
              component={RouterLink}
              to={to}
              className={classes.tab}
              aria-label={label}
              {...(active ? { "aria-current": "page" as const } : {})}
            >
              <Icon size={22} stroke={1.6} aria-hidden />
              {busy && <span className={classes.dot} />}
            </UnstyledButton>
          </Tooltip>
        ) : (
          <NavLink
            key={to}
            component={RouterLink}
            to={to}
            label={label}
            active={active}
            {...(active ? { "aria-current": "page" as const } : {})}
            leftSection={<Icon size={18} stroke={1.6} aria-hidden />}
            rightSection={
              busy && (
                <Text span size="xs" c="dimmed" aria-label={t("nav.atWork", { count: atWork })}>
                  {atWork}
                </Text>
              )
            }
            className={classes.link}
          />
        );
      })}
    </nav>
  );
}

function GoTo({ to, name }: { to: string; name: ShortcutName }) {
  const navigate = useNavigate();
  useShortcut(name, (event) => {
    event.preventDefault();
    void navigate(to);
  });
  return null;
}

/** Shows that another page is on its way, as its part may take seconds on a slow line. */
function Going() {
  const { t } = useTranslation("shared");
  const { state } = useNavigation();
  return state === "loading" && <div role="status" aria-label={t("loading")} className={classes.going} />;
}

function Lost() {
  const { t } = useTranslation("shared");
  const what = useConnection(({ status, listens }) => (status === "lost" ? "lost" : listens ? null : "unheard"));
  return what === null ? null : (
    <Alert color="orange" mb="md" title={t(`${what}.title`)} role="status">
      {t(`${what}.text`)}
    </Alert>
  );
}

/** Moves the focus to the new page, so that screen readers read it from its start. */
function useFocusOnPageChange(path: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs at each new path
  useEffect(() => {
    document.getElementById("main")?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, [path]);
}

function handled(event: KeyboardEvent, work: Promise<void>): void {
  event.preventDefault();
  void work;
}
