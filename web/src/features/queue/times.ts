/** Converts a job's time conditions between the server's form and that of the form fields. */

export interface Times {
  /** As in `<input type="datetime-local">`, in the browser's time zone; empty for none. */
  at: string;
  /** `22:00`, in the server's time zone; both are set or neither is. */
  from: string;
  until: string;
  onlyOnAc: boolean;
}

interface Scheduled {
  run_at: number | null;
  window: string | null;
  only_on_ac: boolean;
}

/** The server cannot remove a window, but one with equal ends is open all day. */
const ALL_DAY = "00:00-00:00";

export function windowOf(job: { window: string | null }): [string, string] | null {
  const [from, until] = (job.window ?? "").split("-");
  return from && until && from !== until ? [from, until] : null;
}

/** When the job may start, if that is in the future. */
export function startOf(job: { run_at: number | null }, now = Date.now() / 1000): number | null {
  return job.run_at !== null && job.run_at > now ? job.run_at : null;
}

export function timesOf(job: Scheduled, now = Date.now() / 1000): Times {
  const start = startOf(job, now);
  const [from, until] = windowOf(job) ?? ["", ""];
  return { at: start === null ? "" : local(start), from, until, onlyOnAc: job.only_on_ac };
}

export interface Changes {
  run_at?: number;
  window?: string;
  only_on_ac?: boolean;
}

/** The changes to send so that the job gets these times; empty if it has them. */
export function changesTo(job: Scheduled, times: Times, now = Date.now() / 1000): Changes {
  const before = timesOf(job, now);
  const changes: Changes = {};
  if (times.at !== before.at) changes.run_at = times.at === "" ? 0 : new Date(times.at).getTime() / 1000;
  if (times.from !== before.from || times.until !== before.until) {
    changes.window = times.from === "" ? ALL_DAY : `${times.from}-${times.until}`;
  }
  if (times.onlyOnAc !== before.onlyOnAc) changes.only_on_ac = times.onlyOnAc;
  return changes;
}

/** The changes that undo others. */
export function changesBack(job: Scheduled, changes: Changes): Changes {
  return {
    ...(changes.run_at === undefined ? {} : { run_at: job.run_at ?? 0 }),
    ...(changes.window === undefined ? {} : { window: job.window ?? ALL_DAY }),
    ...(changes.only_on_ac === undefined ? {} : { only_on_ac: job.only_on_ac }),
  };
}

export function problemOf(times: Times): "half" | null {
  return (times.from === "") === (times.until === "") ? null : "half";
}

function local(at: number): string {
  const date = new Date(at * 1000);
  const two = (part: number) => String(part).padStart(2, "0");
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join("-");
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}
