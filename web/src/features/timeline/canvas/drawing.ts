import { assetOf, nameOf } from "../model/finding";
import type { Fraction } from "../model/fraction";
import type { Project } from "../model/project";
import { keepsSound } from "../model/sounds";
import type { EditorState } from "../state/editor";
import type { Colours } from "./colours";
import { bandOf, drawStrip, drawWaveform, LEAST_INSIDE_PX } from "./footage";
import { type Box, boxesOf, heightOf, jointsOf, type Row, type Window } from "./layout";
import type { Pictures } from "./pictures";
import { drawFade, type Fade } from "./prompts";
import { drawRange, outline } from "./strokes";

export interface Scene {
  project: Project;
  rows: readonly Row[];
  state: Pick<EditorState, "scale" | "selection" | "active" | "track" | "markIn" | "markOut"> & {
    /** The crossfade of a prompt while it is dragged. */
    fade: Fade | null;
  };
  window: Window;
  colours: Colours;
  stale: ReadonlySet<string>;
  unmade: ReadonlySet<string>;
  rate: Fraction;
  pictures: Pictures;
  words: { unnamed: string; stale: string; unmade: string };
}

/** Prompts can fill pages, and drawing invisible letters takes time, too. */
const MOST_LETTERS = 300;
/** Height of the background behind a name that lies over pictures. */
const WORDS_PX = 17;
const FONT = "12px system-ui, sans-serif";

/** Draws the visible part of the tracks and everything on them. */
export function drawRows(context: CanvasRenderingContext2D, scene: Scene): void {
  const { rows, state, window, colours } = scene;
  const { scale } = state;
  context.fillStyle = colours.ground;
  context.fillRect(0, 0, window.width, window.height);
  context.font = FONT;
  context.textBaseline = "middle";
  drawGround(context, scene);
  const chosen = new Set(state.selection);
  for (const box of boxesOf(rows, scale, window)) drawClip(context, scene, box, chosen.has(box.clip.id));
  for (const joint of jointsOf(rows, scale, window)) drawJoint(context, joint, colours);
}

function drawGround(context: CanvasRenderingContext2D, { rows, state, window, colours }: Scene): void {
  context.fillStyle = colours.row;
  for (const { track, y, height } of rows) {
    if (track.id === state.track) context.fillRect(0, y - window.top, window.width, height - 1);
  }
  context.fillStyle = colours.line;
  for (const { y, height } of rows) context.fillRect(0, y - window.top + height - 1, window.width, 1);
  drawRange(context, state, window.width, Math.min(window.height, heightOf(rows)), colours);
}

function drawClip(context: CanvasRenderingContext2D, scene: Scene, box: Box, chosen: boolean): void {
  const { clip, track, x, y, width, height } = box;
  const { colours } = scene;
  context.fillStyle = fillOf(box, colours);
  context.fillRect(x, y, width, height);
  if (clip.source.kind === "prompt") drawFade(context, box, scene.state, colours);
  // If a clip begins far to the left, its name and picture stay at the edge of the view.
  const seen = Math.max(x, 0);
  const end = x + width;
  if (end - seen >= LEAST_INSIDE_PX) {
    context.save();
    context.beginPath();
    context.rect(seen, y, end - seen, height);
    context.clip();
    const drawn = drawFootage(context, scene, box);
    const text = seen + 4 + (drawn ? 0 : drawPicture(context, scene, box, seen));
    drawKeptSound(context, scene, box);
    // Of hundreds of short clips in view, few have room for a name beside the picture.
    if (end - text >= LEAST_INSIDE_PX) drawWords(context, scene, box, text, drawn);
    context.restore();
  }
  if (clip.enabled === false || track.muted) {
    context.fillStyle = colours.off;
    context.fillRect(x, y, width, height);
  }
  if (chosen) outline(context, box, colours.chosen, 2);
  if (clip.id === scene.state.active)
    outline(context, { ...box, x: x + 2, y: y + 2, width: width - 4, height: height - 4 }, colours.onClip, 1);
}

function fillOf({ clip, track }: Box, colours: Colours): string {
  if (clip.source.kind === "colour") return clip.source.colour;
  if (clip.source.kind === "shot" && track.kind === "video") return colours.shot;
  return colours[track.kind];
}

/** Draws a clip's pictures or waveform along its length. Returns whether there was anything to draw. */
function drawFootage(context: CanvasRenderingContext2D, scene: Scene, box: Box): boolean {
  const { clip, track } = box;
  const { source } = clip;
  const asset = source.kind === "image" ? null : assetOf(scene.project, clip);
  if (asset === null || track.kind === "prompt") return false;
  const { state, rate, pictures, window, colours } = scene;
  if (track.kind === "video") {
    const strip = pictures.strip(asset);
    return strip !== null && drawStrip(context, box, state.scale.zoom, rate, strip, window.width);
  }
  const waveform = pictures.waveform(asset);
  if (waveform === null) return false;
  context.fillStyle = colours.wave;
  drawWaveform(context, box, state.scale.zoom, rate, waveform, window.width);
  return true;
}

/** Draws the sound of a video clip that no audio track plays, in a band over its pictures. */
function drawKeptSound(
  context: CanvasRenderingContext2D,
  { project, state, rate, pictures, window, colours }: Scene,
  box: Box,
) {
  if (box.track.kind !== "video" || !keepsSound(project.timeline, box.clip)) return;
  const asset = assetOf(project, box.clip);
  const waveform = asset === null ? null : pictures.waveform(asset);
  if (waveform === null) return;
  const band = bandOf(box);
  context.fillStyle = colours.fade;
  context.fillRect(band.x, band.y, band.width, band.height);
  context.fillStyle = colours.wave;
  drawWaveform(context, band, state.scale.zoom, rate, waveform, window.width);
}

/** Draws a clip's thumbnail and returns its width. */
function drawPicture(context: CanvasRenderingContext2D, scene: Scene, box: Box, x: number): number {
  if (box.track.kind !== "video") return 0;
  const asset = assetOf(scene.project, box.clip);
  const picture = asset === null ? null : scene.pictures.thumbnail(asset);
  if (picture === null) return 0;
  const width = Math.min(box.height * 1.6, box.x + box.width - x);
  context.drawImage(picture, x, box.y, width, box.height);
  return width;
}

function drawWords(
  context: CanvasRenderingContext2D,
  scene: Scene,
  { clip, y, height }: Box,
  x: number,
  over: boolean,
): void {
  const { colours, words, stale, unmade } = scene;
  const shot = clip.source.kind === "shot" ? clip.source.shot : null;
  const badge = shot === null ? "" : unmade.has(shot) ? words.unmade : stale.has(shot) ? words.stale : "";
  const name = (nameOf(scene.project, clip) || words.unnamed).slice(0, MOST_LETTERS);
  const told = clip.link ? `∞ ${name}` : name;
  const line = over ? y + WORDS_PX / 2 : y + (badge === "" ? height / 2 : height / 3);
  if (over) {
    context.fillStyle = colours.fade;
    context.fillRect(x - 4, y, context.measureText(told).width + 8, WORDS_PX);
  }
  context.fillStyle = colours.onClip;
  context.fillText(told, x, line);
  if (badge === "") return;
  const width = context.measureText(badge).width + 10;
  context.fillStyle = colours.stale;
  context.fillRect(x, y + height / 2 + 2, width, 16);
  context.fillStyle = colours.onClip;
  context.fillText(badge, x + 5, y + height / 2 + 10);
}

function drawJoint(
  context: CanvasRenderingContext2D,
  joint: { x: number; y: number; width: number; height: number },
  colours: Colours,
) {
  const { x, y, width, height } = joint;
  context.fillStyle = "rgb(255 255 255 / 28%)";
  context.fillRect(x, y, width, height);
  context.strokeStyle = colours.onClip;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(x, y + height);
  context.lineTo(x + width, y);
  context.stroke();
}
