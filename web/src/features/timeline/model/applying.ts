import type {
  Change,
  Clip,
  Marker,
  MediaSource,
  Project,
  Shift,
  Shot,
  Step,
  Timeline,
  TimelineSettings,
  Track,
  TrackSettings,
  Transition,
} from "./project";

type Steps = Record<string, Step[]>;

/**
 * The project after a change by the server; unchanged parts are shared with the previous state. Throws if the change
 * was made for another state: then the whole project has to be fetched.
 */
export function applied(project: Project, { steps, shifts = [] }: Change): Project {
  const byKind: Steps = {};
  for (const step of steps) {
    const kind = step.path.split("/")[0] ?? "";
    byKind[kind] = [...(byKind[kind] ?? []), step];
  }
  const named = single(byKind, "project", { id: project.id, name: project.name });
  return {
    ...project,
    ...named,
    models: single(byKind, "models", project.models),
    shots: listed(project.shots, byKind, "shot", (shot: Shot) => shot.id),
    assets: listed(project.assets, byKind, "asset", (asset: MediaSource) => asset.asset),
    timeline: timelineAfter(project.timeline, byKind, shifts),
  };
}

function timelineAfter(timeline: Timeline, byKind: Steps, shifts: Shift[]): Timeline {
  const { format, tracks, markers, ...settings } = timeline;
  const changed = single<TimelineSettings>(byKind, "timeline", settings);
  return {
    format,
    ...changed,
    tracks: tracksAfter(tracks, byKind, shifts),
    markers: byKind.marker ? items(markers, byKind.marker, (marker) => marker.id).sort(byFrame) : markers,
  };
}

function byFrame(one: Marker, other: Marker): number {
  return one.frame - other.frame || (one.id < other.id ? -1 : 1);
}

function tracksAfter(before: Track[], byKind: Steps, shifts: Shift[]): Track[] {
  const tracks = new Map(before.map((track) => [track.id, track]));
  const order = single<string[]>(byKind, "tracks", [...tracks.keys()]);
  const settings = new Map((byKind.track ?? []).map((step) => [second(step), step]));
  const clips = grouped(byKind.clip ?? [], second);
  const transitions = grouped(byKind.transition ?? [], second);
  const moved = grouped(shifts, (shift) => shift.track);
  for (const id of new Set([...settings.keys(), ...clips.keys(), ...transitions.keys(), ...moved.keys()])) {
    let track = withSettings(tracks.get(id), settings.get(id));
    track = withClips(track, clips.get(id) ?? [], moved.get(id) ?? []);
    tracks.set(id, withTransitions(track, transitions.get(id) ?? []));
  }
  return order.map((id) => tracks.get(id) ?? fail("tracks"));
}

function withSettings(track: Track | undefined, step: Step | undefined): Track {
  if (step === undefined) return track ?? fail("track");
  const settings = (step.after ?? step.before) as TrackSettings;
  const { clips = [], transitions } = track ?? {};
  return { ...settings, clips, ...(transitions ? { transitions } : {}) };
}

function withClips(track: Track, steps: Step[], shifts: Shift[]): Track {
  if (steps.length === 0 && shifts.length === 0) return track;
  const clips = items(shifted(track.clips, shifts), steps, (clip) => clip.id);
  return { ...track, clips: clips.sort((one, other) => one.start - other.start) };
}

function shifted(clips: Clip[], shifts: Shift[]): Clip[] {
  const result = [...clips];
  const places = new Map(clips.map((clip, index) => [clip.id, index]));
  for (const { first, last, by } of shifts) {
    const [from, to] = [places.get(first), places.get(last)];
    if (from === undefined || to === undefined) throw unlike(`clip ${first}`);
    for (let index = from; index <= to; index++) {
      const clip = result[index];
      if (clip !== undefined) result[index] = { ...clip, start: clip.start + by };
    }
  }
  return result;
}

/** Sorted by cut, which follows from the clips. */
function withTransitions(track: Track, steps: Step[]): Track {
  if (steps.length === 0) return track;
  const places = new Map(track.clips.map((clip) => [clip.id, clip.start]));
  const place = (transition: Transition) => places.get(transition.right) ?? 0;
  const found = items(track.transitions ?? [], steps, (transition) => transition.id);
  const { transitions: _before, ...rest } = track;
  return found.length === 0 ? rest : { ...rest, transitions: found.sort((one, other) => place(one) - place(other)) };
}

function listed<T>(all: T[], byKind: Steps, kind: string, id: (item: T) => string): T[] {
  const steps = byKind[kind];
  const order = byKind[`${kind}s`]?.[0]?.after as string[] | undefined;
  if (steps === undefined && order === undefined) return all;
  const found = items(all, steps ?? [], id);
  if (order === undefined) return found;
  const byId = new Map(found.map((item) => [id(item), item]));
  return order.map((name) => byId.get(name) ?? fail(name));
}

function items<T>(all: T[], steps: Step[], id: (item: T) => string): T[] {
  const found = new Map(all.map((item) => [id(item), item]));
  for (const { path, before, after } of steps) {
    const name = path.split("/").at(-1) ?? "";
    if (found.has(name) !== (before !== undefined)) throw unlike(path);
    if (after === undefined) found.delete(name);
    else found.set(name, after as T);
  }
  return [...found.values()];
}

/** The value of a path without ids after the change. */
function single<T>(byKind: Steps, path: string, present: T): T {
  const step = byKind[path]?.[0];
  return step === undefined ? present : (step.after as T);
}

function grouped<T>(all: T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of all) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}

function second(step: Step): string {
  return step.path.split("/")[1] ?? "";
}

function unlike(what: string): Error {
  return new Error(`The change was made for another state: ${what} is not as it was then.`);
}

function fail(what: string): never {
  throw unlike(what);
}
