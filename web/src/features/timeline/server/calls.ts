import { api, body, fetchBlob, type Schemas } from "@/shared/api/client";
import type { Job } from "@/shared/live/jobs";
import { submit } from "@/shared/submit";
import type { Command } from "../model/commands";
import type { Change, LookNode, Project } from "../model/project";

/** A project as the list shows it. */
export type ProjectCard = Schemas["ProjectSummary"];
/** A project; the server's API description does not cover its content. */
export type ProjectAnswer = Omit<Schemas["ProjectAnswer"], "project"> & { project: Project };
export type EditAnswer = Omit<Schemas["EditAnswer"], "change"> & { change: Change };

export type PlaceMode = "insert" | "overwrite" | "append";
export type ScopeKind = "waveform" | "parade" | "vectorscope" | "histogram";
export const SCOPES: readonly ScopeKind[] = ["waveform", "parade", "vectorscope", "histogram"];
/** A way to encode a film; `reason` says why the server cannot, if so. */
export type Encoding = Schemas["FilmEncoding"];
export type Format = "otio" | "fcpxml" | "fcp7" | "edl" | "json";
export const FORMATS: readonly Format[] = ["otio", "fcpxml", "fcp7", "edl", "json"];

const of = (id: string) => ({ path: { project_id: id } });

export async function listProjects(cursor: string | null, signal: AbortSignal) {
  const query = { limit: 50, ...(cursor === null ? {} : { cursor }) };
  return body(await api.GET("/api/v1/projects", { params: { query }, signal }));
}

export async function createProject(form: Schemas["NewProject"]): Promise<ProjectAnswer> {
  return body(await api.POST("/api/v1/projects", { body: form })) as unknown as ProjectAnswer;
}

export async function importProject(file: File): Promise<ProjectAnswer> {
  const form = new FormData();
  form.append("file", file, file.name);
  const answer = await api.POST("/api/v1/projects/import", { body: form as never }); // the types lack form data
  return body(answer) as unknown as ProjectAnswer;
}

export async function deleteProject(id: string): Promise<void> {
  await api.DELETE("/api/v1/projects/{project_id}", { params: of(id) });
}

export async function readProject(id: string, signal?: AbortSignal): Promise<ProjectAnswer> {
  const answer = await api.GET("/api/v1/projects/{project_id}", { params: of(id), ...(signal ? { signal } : {}) });
  return body(answer) as unknown as ProjectAnswer;
}

/** If the project was changed since `version`, the edits are made all the same, unless they would change other things. */
export async function sendEdits(id: string, commands: readonly Command[], version: number): Promise<EditAnswer> {
  const wanted = { commands: commands as Command[], version, rebase: true };
  const answer = await api.POST("/api/v1/projects/{project_id}/edits", { params: of(id), body: wanted });
  return body(answer) as unknown as EditAnswer;
}

export async function sendHistory(id: string, way: "undo" | "redo", version: number): Promise<EditAnswer> {
  const answer = await api.POST(`/api/v1/projects/{project_id}/${way}`, { params: of(id), body: { version } });
  return body(answer) as unknown as EditAnswer;
}

export type Placing = Pick<Schemas["Placing"], "asset" | "at" | "mode"> & { track?: string };

export async function sendPlacing(id: string, placing: Placing, version: number): Promise<EditAnswer> {
  const wanted = { ...placing, version };
  const answer = await api.POST("/api/v1/projects/{project_id}/place", { params: of(id), body: wanted });
  return body(answer) as unknown as EditAnswer;
}

/** A new shot; the server fills in the rest of its recipe. */
export type Bridging = Partial<Schemas["Bridging"]> & Pick<Schemas["Bridging"], "edit" | "prompt">;

export async function sendBridgeChoice(id: string, shot: string, version: number): Promise<EditAnswer> {
  const path = { project_id: id, shot_id: shot };
  const sent = api.POST("/api/v1/projects/{project_id}/shots/{shot_id}/bridge", {
    params: { path },
    body: { version },
  });
  return body(await sent) as unknown as EditAnswer;
}

export async function measureJoint(id: string, frame: number, signal: AbortSignal) {
  const params = { path: { project_id: id, frame } };
  return body(await api.GET("/api/v1/projects/{project_id}/joints/{frame}", { params, signal }));
}

/** Queues a new take of a shot: its accepted take with the colour drift removed. */
export async function repairTake(id: string, shot: string): Promise<Job> {
  const params = { path: { project_id: id, shot_id: shot } };
  return body(await api.POST("/api/v1/projects/{project_id}/shots/{shot_id}/repair", { params }));
}

/** The same for a clip that no model made: the result is a new clip in the library. */
export async function repairClip(asset: string): Promise<Job> {
  const [job] = await submit({ kind: "filter", asset, hold_colour: 1 });
  return job as Job; // one job per clip
}

export async function sendBridging(id: string, bridging: Bridging, version: number): Promise<EditAnswer> {
  const wanted = { ...bridging, version } as Schemas["Bridging"]; // the server fills in what is left out
  const answer = await api.POST("/api/v1/projects/{project_id}/bridge", { params: of(id), body: wanted });
  return body(answer) as unknown as EditAnswer;
}

export type Model = Schemas["Model"];

export async function listModels(signal: AbortSignal): Promise<Model[]> {
  return body(await api.GET("/api/v1/models", { signal })).items as Model[];
}

export async function render(id: string, request: Partial<Schemas["Rendering"]>): Promise<Job> {
  const wanted = request as Schemas["Rendering"]; // the server fills in what is left out
  return body(await api.POST("/api/v1/projects/{project_id}/render", { params: of(id), body: wanted }));
}

export async function rebuild(id: string, shots: readonly string[]) {
  const wanted = { shots: [...shots] };
  return body(await api.POST("/api/v1/projects/{project_id}/rebuild", { params: of(id), body: wanted }));
}

/** How long a rebuild would take, in seconds; starts nothing. */
export async function rebuildTime(id: string, shots: readonly string[], signal: AbortSignal): Promise<number | null> {
  const params = { ...of(id), query: { shot: [...shots] } };
  return body(await api.GET("/api/v1/projects/{project_id}/rebuild", { params, signal })).seconds;
}

export interface Exported {
  file: Blob;
  /** A sentence for each kind of thing that the format cannot hold. */
  losses: string[];
}

export async function exportAs(id: string, format: Format): Promise<Exported> {
  const params = { path: { project_id: id, kind: format } };
  const answer = await api.GET("/api/v1/projects/{project_id}/exports/{kind}", { params, parseAs: "blob" });
  return { file: body(answer) as Blob, losses: lossesOf(answer.response.headers.get("x-artifex-losses")) };
}

function lossesOf(header: string | null): string[] {
  if (header === null) return [];
  try {
    const told: unknown = JSON.parse(header);
    return Array.isArray(told) ? told.map(String) : [];
  } catch {
    return [header];
  }
}

export async function listEncodings(): Promise<Encoding[]> {
  return body(await api.GET("/api/v1/encodings")).items;
}

/** Ready-made looks, by the server's names. */
export async function listLooks(): Promise<{ name: string; nodes: LookNode[] }[]> {
  return body(await api.GET("/api/v1/looks")).items as { name: string; nodes: LookNode[] }[];
}

const mediaOf = (asset: string) => `/api/v1/media/${encodeURIComponent(asset)}`;

/** The waveform of a file, in the server's format. */
export async function readPeaks(asset: string): Promise<ArrayBuffer> {
  return await (await fetchBlob(`${mediaOf(asset)}/peaks`)).arrayBuffer();
}

/** Frames of a video side by side, as JPEG. */
export async function readStrip(asset: string): Promise<Blob> {
  return await fetchBlob(`${mediaOf(asset)}/strip`);
}

const framesOf = (id: string, frame: number) => `/api/v1/projects/${encodeURIComponent(id)}/frames/${frame}`;

/** Path of the film's HLS playlist at a version. */
export function streamPath(id: string, version: number): string {
  return `/api/v1/projects/${encodeURIComponent(id)}/stream/${version}/master.m3u8`;
}

export function framePath(id: string, frame: number, version: number, width: number): string {
  return `${framesOf(id, frame)}?width=${width}&version=${version}`;
}

export function scopePath(id: string, frame: number, version: number, kind: ScopeKind): string {
  return `${framesOf(id, frame)}?scope=${kind}&version=${version}`;
}
