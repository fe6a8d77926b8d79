import { assetOf, nameOf } from "../model/finding";
import type { Fraction } from "../model/fraction";
import type { Marker, Project } from "../model/project";
import { nominal, timecode } from "../model/timecode";
import type { EditorState } from "../state/editor";
import type { Colours } from "./colours";
import { drawStrip, drawWaveform, LEAST_INSIDE_PX } from "./footage";
import { type Box, boxesOf, heightOf, jointsOf, type Row, RULER_HEIGHT, type Window } from "./layout";
import type { Pictures } from "./pictures";
import { drawFade } from "./prompts";
import { type Scale, ticks, xOf } from "./scale";

export interface Scene {
  project: Project;
  rows: readonly Row[];
  state: EditorState;
  window: Window;
  colours: Colours;
  stale: ReadonlySet<string>;
  unmade: ReadonlySet<string>;
  rate: Fraction;
  pictures: Pictures;
  words: { unnamed: string; stale: string; unmade: string };
}

/** Prompts have pages of text; letters that nobody can see take time all the same. */
const MOST_LETTERS = 300;
/** How high the ground of a name is that stands over pictures. */
const WORDS_PX = 17;
const FONT = "12px system-ui, sans-serif";

/** The tracks with all that is on them, as far as they are seen. */
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
  drawGhost(context, scene);
  drawBand(context, scene);
  drawUpright(context, xOf(state.playhead, scale), window.height, colours.head, 1.5);
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

function drawRange(
  context: CanvasRenderingContext2D,
  { markIn, markOut, scale }: EditorState,
  width: number,
  height: number,
  colours: Colours,
): void {
  if (markIn === null && markOut === null) return;
  const from = Math.max(0, xOf(markIn ?? 0, scale));
  const to = markOut === null ? width : Math.min(width, xOf(markOut, scale));
  if (to <= from) return;
  context.fillStyle = colours.range;
  context.fillRect(from, 0, to - from, height);
}

function drawClip(context: CanvasRenderingContext2D, scene: Scene, box: Box, chosen: boolean): void {
  const { clip, track, x, y, width, height } = box;
  const { colours } = scene;
  context.fillStyle = fillOf(box, colours);
  context.fillRect(x, y, width, height);
  if (clip.source.kind === "prompt") drawFade(context, box, scene.state, colours);
  // Of a clip that begins far to the left, name and picture stand at the edge of what is seen.
  const seen = Math.max(x, 0);
  const end = x + width;
  if (end - seen >= LEAST_INSIDE_PX) {
    context.save();
    context.beginPath();
    context.rect(seen, y, end - seen, height);
    context.clip();
    const drawn = drawFootage(context, scene, box);
    const text = seen + 4 + (drawn ? 0 : drawPicture(context, scene, box, seen));
    // Hundreds of short clips may be seen at once, with no room for words behind their pictures.
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

/** What the clip shows or sounds like, all along it. Answers whether anything was there to be drawn. */
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

/** Answers how wide the picture is. */
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

function drawGhost(context: CanvasRenderingContext2D, { rows, state, window, colours }: Scene): void {
  const { ghost, scale, dropAt } = state;
  for (const { track, start, duration } of ghost?.clips ?? []) {
    const row = rows.find((one) => one.track.id === track);
    if (row === undefined) continue;
    const box = {
      x: xOf(start, scale),
      y: row.y - window.top + 2,
      width: duration * scale.zoom,
      height: row.height - 4,
    };
    context.fillStyle = colours.ghost;
    context.fillRect(box.x, box.y, box.width, box.height);
    outline(context, box, colours.chosen, 1.5);
  }
  const line = ghost?.snap ?? dropAt;
  if (line !== null && line !== undefined) drawUpright(context, xOf(line, scale), window.height, colours.chosen, 1);
}

function drawBand(context: CanvasRenderingContext2D, { state: { band }, window, colours }: Scene): void {
  if (band === null) return;
  const [x, y] = [Math.min(band.from.x, band.to.x), Math.min(band.from.y, band.to.y) - window.top];
  const [width, height] = [Math.abs(band.to.x - band.from.x), Math.abs(band.to.y - band.from.y)];
  context.fillStyle = colours.range;
  context.fillRect(x, y, width, height);
  outline(context, { x, y, width, height }, colours.chosen, 1);
}

function outline(
  context: CanvasRenderingContext2D,
  { x, y, width, height }: { x: number; y: number; width: number; height: number },
  colour: string,
  line: number,
): void {
  context.strokeStyle = colour;
  context.lineWidth = line;
  context.strokeRect(x + line / 2, y + line / 2, Math.max(0, width - line), Math.max(0, height - line));
}

function drawUpright(
  context: CanvasRenderingContext2D,
  x: number,
  height: number,
  colour: string,
  width: number,
): void {
  context.fillStyle = colour;
  context.fillRect(x - width / 2, 0, width, height);
}

export interface RulerScene {
  state: EditorState;
  width: number;
  rate: Fraction;
  markers: readonly Marker[];
  colours: Colours;
}

/** Time, markers, in and out, and the playhead. */
export function drawRuler(context: CanvasRenderingContext2D, scene: RulerScene): void {
  const { state, width, rate, markers, colours } = scene;
  const { scale } = state;
  context.fillStyle = colours.ground;
  context.fillRect(0, 0, width, RULER_HEIGHT);
  drawRange(context, state, width, RULER_HEIGHT, colours);
  context.font = "11px system-ui, sans-serif";
  context.textBaseline = "top";
  for (const { frame, labelled } of ticks(scale, width, nominal(rate))) {
    const x = Math.round(xOf(frame, scale));
    context.fillStyle = labelled ? colours.faint : colours.line;
    context.fillRect(x, labelled ? 14 : 22, 1, RULER_HEIGHT);
    if (labelled) context.fillText(timecode(frame, rate), x + 4, 2);
  }
  for (const marker of markers) drawMarker(context, marker, scale);
  drawPlayhead(context, xOf(state.playhead, scale), colours);
}

function drawMarker(context: CanvasRenderingContext2D, { frame, duration = 0, colour }: Marker, scale: Scale): void {
  const x = xOf(frame, scale);
  context.fillStyle = colour;
  if (duration > 0) context.fillRect(x, RULER_HEIGHT - 5, duration * scale.zoom, 5);
  context.beginPath();
  context.moveTo(x - 5, RULER_HEIGHT - 14);
  context.lineTo(x + 5, RULER_HEIGHT - 14);
  context.lineTo(x, RULER_HEIGHT - 3);
  context.fill();
}

function drawPlayhead(context: CanvasRenderingContext2D, x: number, colours: Colours): void {
  context.fillStyle = colours.head;
  context.beginPath();
  context.moveTo(x - 6, RULER_HEIGHT - 12);
  context.lineTo(x + 6, RULER_HEIGHT - 12);
  context.lineTo(x, RULER_HEIGHT);
  context.fill();
}
