import { api, body } from "@/shared/api/client";
import type { Job } from "@/shared/live/jobs";
import type { Command } from "../model/commands";
import type { Change, Project } from "../model/project";

/** What the list of projects says of one. */
export interface ProjectCard {
  id: string;
  name: string;
  rate: string;
  width: number;
  height: number;
  /** Frames. */
  duration: number;
  /** Seconds since 1970. */
  created_at: number;
  changed_at: number;
}

export interface ProjectPage {
  items: ProjectCard[];
  next_cursor: string | null;
}

/** How a project stands, besides what is in it. */
export interface Standing {
  version: number;
  can_undo: boolean;
  can_redo: boolean;
  /** Shots whose accepted take was not made from what is wanted now. */
  stale: string[];
  /** Shots without an accepted take. */
  unmade: string[];
}

export interface ProjectAnswer extends Standing {
  id: string;
  name: string;
  project: Project;
}

export interface EditAnswer extends Standing {
  change: Change;
}

export type PlaceMode = "insert" | "overwrite" | "append";
export type ScopeKind = "waveform" | "parade" | "vectorscope" | "histogram";
export const SCOPES: readonly ScopeKind[] = ["waveform", "parade", "vectorscope", "histogram"];
export type Encoding = "h264" | "hevc" | "av1" | "prores" | "ffv1";
export const ENCODINGS: readonly Encoding[] = ["h264", "hevc", "av1", "prores", "ffv1"];
export type Format = "otio" | "fcpxml" | "fcp7" | "edl" | "json";
export const FORMATS: readonly Format[] = ["otio", "fcpxml", "fcp7", "edl", "json"];

export interface RenderRequest {
  start?: number;
  end?: number;
  width?: number;
  height?: number;
  encoding?: Encoding;
  preview?: boolean;
}

interface Init {
  params?: { query?: Record<string, unknown> };
  body?: unknown;
  signal?: AbortSignal;
  parseAs?: "blob";
}
type Call = (path: string, init?: Init) => Promise<{ data?: unknown; response: Response }>;

/** The same client, for paths that its types do not have yet. */
const open = api as unknown as Record<"GET" | "POST" | "DELETE", Call>;
const ROOT = "/api/v1/projects";

const pathOf = (id: string, rest = "") => `${ROOT}/${encodeURIComponent(id)}${rest}`;

export async function listProjects(cursor: string | null, signal: AbortSignal): Promise<ProjectPage> {
  const query = { limit: 50, ...(cursor === null ? {} : { cursor }) };
  return body(await open.GET(ROOT, { params: { query }, signal })) as ProjectPage;
}

export async function createProject(form: {
  name: string;
  rate: string;
  width: number;
  height: number;
}): Promise<ProjectAnswer> {
  return body(await open.POST(ROOT, { body: form })) as ProjectAnswer;
}

export async function importProject(file: File): Promise<ProjectAnswer> {
  const form = new FormData();
  form.append("file", file, file.name);
  return body(await open.POST(`${ROOT}/import`, { body: form })) as ProjectAnswer;
}

export async function deleteProject(id: string): Promise<void> {
  await open.DELETE(pathOf(id));
}

export async function readProject(id: string, signal?: AbortSignal): Promise<ProjectAnswer> {
  return body(await open.GET(pathOf(id), signal ? { signal } : {})) as ProjectAnswer;
}

export async function sendEdits(id: string, commands: readonly Command[], version: number): Promise<EditAnswer> {
  return body(await open.POST(pathOf(id, "/edits"), { body: { commands, version } })) as EditAnswer;
}

export async function sendHistory(id: string, way: "undo" | "redo", version: number): Promise<EditAnswer> {
  return body(await open.POST(pathOf(id, `/${way}`), { body: { version } })) as EditAnswer;
}

export interface Placing {
  asset: string;
  at: number;
  mode: PlaceMode;
  track?: string;
}

export async function sendPlacing(id: string, placing: Placing, version: number): Promise<EditAnswer> {
  return body(await open.POST(pathOf(id, "/place"), { body: { ...placing, version } })) as EditAnswer;
}

export async function render(id: string, request: RenderRequest): Promise<Job> {
  return body(await open.POST(pathOf(id, "/render"), { body: request })) as Job;
}

export async function rebuild(id: string, shots: readonly string[]): Promise<{ items: Job[]; seconds: number }> {
  return body(await open.POST(pathOf(id, "/rebuild"), { body: { shots } })) as { items: Job[]; seconds: number };
}

/** How long a rebuild would take, in seconds; nothing begins. */
export async function rebuildTime(id: string, shots: readonly string[], signal: AbortSignal): Promise<number | null> {
  const answer = await open.GET(pathOf(id, "/rebuild"), { params: { query: { shot: shots } }, signal });
  return (body(answer) as { seconds: number | null }).seconds;
}

export interface Exported {
  file: Blob;
  /** A sentence for each kind of thing that the format cannot hold. */
  losses: string[];
}

export async function exportAs(id: string, format: Format): Promise<Exported> {
  const answer = await open.GET(pathOf(id, `/exports/${format}`), { parseAs: "blob" });
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

export function framePath(id: string, frame: number, version: number, width: number): string {
  return pathOf(id, `/frames/${frame}?width=${width}&version=${version}`);
}

export function scopePath(id: string, frame: number, version: number, kind: ScopeKind): string {
  return pathOf(id, `/frames/${frame}?scope=${kind}&version=${version}`);
}
