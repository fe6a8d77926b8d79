/** Colours of the timeline, given in code because a canvas does not use style sheets. */
export interface Colours {
  ground: string;
  row: string;
  line: string;
  text: string;
  faint: string;
  video: string;
  audio: string;
  prompt: string;
  shot: string;
  onClip: string;
  chosen: string;
  off: string;
  /** Behind names, and for the crossfade of a prompt. */
  fade: string;
  wave: string;
  stale: string;
  range: string;
  ghost: string;
}

const LIGHT: Colours = {
  ground: "#f1f3f5",
  row: "#e9ecef",
  line: "#ced4da",
  text: "#212529",
  faint: "#495057",
  video: "#3b5c8f",
  audio: "#2f6b57",
  prompt: "#7a4d86",
  shot: "#2c55a9",
  onClip: "#ffffff",
  chosen: "#e8590c",
  off: "rgb(241 243 245 / 60%)",
  fade: "rgb(0 0 0 / 55%)",
  wave: "rgb(255 255 255 / 50%)",
  stale: "#b35900",
  range: "rgb(53 96 189 / 14%)",
  ghost: "rgb(53 96 189 / 45%)",
};

const DARK: Colours = {
  ...LIGHT,
  ground: "#1a1b1e",
  row: "#222327",
  line: "#3a3b40",
  text: "#e9ecef",
  faint: "#adb5bd",
  chosen: "#ffa94d",
  off: "rgb(26 27 30 / 60%)",
  range: "rgb(109 143 227 / 18%)",
  ghost: "rgb(143 169 234 / 45%)",
};

export const coloursOf = (scheme: "light" | "dark"): Colours => (scheme === "dark" ? DARK : LIGHT);
