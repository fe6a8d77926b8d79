import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from "@mantine/core";
import i18next from "i18next";
import type { MouseEvent } from "react";

/** A quiet blue that is legible on both backgrounds: its contrast with white and with the dark one exceeds 4.5. */
const dusk: MantineColorsTuple = [
  "#eef3ff",
  "#dbe4fb",
  "#b6c7f3",
  "#8fa9ea",
  "#6d8fe3",
  "#577edf",
  "#4470d4",
  "#3560bd",
  "#2c55a9",
  "#1f4894",
];

export const theme = createTheme({
  primaryColor: "dusk",
  primaryShade: { light: 7, dark: 7 },
  colors: { dusk },
  defaultRadius: "md",
  fontFamily: "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans KR', 'Noto Sans', sans-serif",
  headings: { fontWeight: "600" },
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    // A menu must not contain a focusable placeholder; the first item takes the focus instead.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
    // Browsers fire no change event when the same file is chosen twice, even if it was refused the first time.
    FileButton: {
      defaultProps: {
        inputProps: {
          onClick: (event: MouseEvent<HTMLInputElement>) => {
            event.currentTarget.value = "";
          },
        },
      },
    },
    Notification: {
      defaultProps: () => ({ closeButtonProps: { "aria-label": i18next.t("close", { ns: "shared" }) } }),
    },
  },
});

const HUES = [
  "gray",
  "red",
  "pink",
  "grape",
  "violet",
  "indigo",
  "blue",
  "cyan",
  "teal",
  "green",
  "lime",
  "yellow",
  "orange",
];

/** Mantine's own shades are too pale for text; these keep the hue, at a contrast above 4.5 on both backgrounds. */
export const readableColors: CSSVariablesResolver = () => ({
  variables: each((hue) => ({
    [`${hue}-filled`]: darker(hue, 70),
    [`${hue}-filled-hover`]: darker(hue, 60),
  })),
  light: {
    ...each((hue) => ({ [`${hue}-text`]: darker(hue, 70), [`${hue}-light-color`]: darker(hue, 60) })),
    "--mantine-color-dimmed": "#5c636a",
    "--mantine-color-placeholder": "#6b7178",
    "--mantine-color-error": "var(--mantine-color-red-9)",
  },
  dark: {
    ...each((hue) => ({ [`${hue}-text`]: `var(--mantine-color-${hue}-3)` })),
    "--mantine-color-anchor": "var(--mantine-color-dusk-3)",
    "--mantine-color-dimmed": "#a6a6a6",
    "--mantine-color-placeholder": "#999999",
    "--mantine-color-error": "var(--mantine-color-red-3)",
  },
});

function each(shades: (hue: string) => Record<string, string>): Record<`--${string}`, string> {
  const all = HUES.flatMap((hue) => Object.entries(shades(hue)));
  return Object.fromEntries(all.map(([name, value]) => [`--mantine-color-${name}`, value]));
}

function darker(hue: string, percent: number): string {
  return `color-mix(in srgb, var(--mantine-color-${hue}-9) ${percent}%, black)`;
}
