/** Conditions of a job in time, between what the server has and what a form shows. */

export interface Times {
  /** As `<input type="datetime-local">` has it, in the time of this browser; empty for none. */
  at: string;
  /** `22:00`, in the server's time; both or none. */
  from: string;
  until: string;
  onlyOnAc: boolean;
}

interface Scheduled {
  run_at: number | null;
  window: string | null;
  only_on_ac: boolean;
}

/** The server has no way to take a window away, but one of which both ends are the same is open all day. */
const ALL_DAY = "00:00-00:00";

export function windowOf(job: { window: string | null }): [string, string] | null {
  const [from, until] = (job.window ?? "").split("-");
  return from && until && from !== until ? [from, until] : null;
}

/** When it may begin, where that is still to come. */
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

/** What is to be sent so that the job has these times; nothing where it has them already. */
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

/** The changes that take others back. */
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
