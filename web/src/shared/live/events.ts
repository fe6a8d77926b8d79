import type { QueryClient } from "@tanstack/react-query";
import { api, body } from "@/shared/api/client";
import { Fault } from "@/shared/api/fault";
import { freshToken } from "@/shared/api/tokens";
import { useConnection } from "@/shared/connection";
import { useSession } from "@/shared/session";
import { each } from "./acts";
import { isOver, type Job, type JobNews, LIVE, useJobs } from "./jobs";
import { lineQuery, PAGE } from "./line";
import { type ProjectNews, useProjectNews } from "./projects";

type Message =
  | { type: "snapshot"; seq: number; jobs: Job[]; complete: boolean }
  | { type: "resumed"; seq: number }
  | { type: "state" | "progress" | "deleted"; seq: number; job: JobNews }
  | { type: "project"; seq: number; project: ProjectNews }
  | { type: "pong" };

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;
const PING_MS = 20_000;
/** A line on which a ping, or the opening, is still unanswered after this long is dead. */
const ANSWER_MS = 15_000;
/** After this many failed sockets in a row, the page says that live events do not come through. */
const MOST_FAILED = 3;

/** Called with every job that has just ended. */
export type OnEnd = (news: JobNews) => void;

/**
 * Keeps the page up to date until `stop` is called, through a WebSocket that reconnects by itself and catches up on
 * missed events. While no socket gets through although the server answers, as behind a proxy that blocks them, it
 * polls.
 */
export class LiveEvents {
  private socket: WebSocket | null = null;
  private seq: number | null = null;
  private pause = FIRST_PAUSE_MS;
  private heardAt = 0;
  /** When the line was last asked something that nothing has been heard after; null if it has answered. */
  private askedAt: number | null = null;
  /** Sockets opened since the last message. */
  private failed = 0;
  /** Jobs that could not be fetched because the connection failed. */
  private owed = new Set<string>();
  /** Whether the jobs that a snapshot had no room for could not be fetched either. */
  private owesLine = false;
  private checking = 0;
  private waiting = 0;
  private stopped = false;

  constructor(
    private readonly queries: QueryClient,
    private readonly onEnd: OnEnd = () => {},
  ) {}

  start(): void {
    window.addEventListener("online", this.retry);
    this.checking = window.setInterval(this.checkLine, PING_MS);
    void this.open();
  }

  stop(): void {
    this.stopped = true;
    window.removeEventListener("online", this.retry);
    window.clearInterval(this.checking);
    window.clearTimeout(this.waiting);
    this.socket?.close();
    useConnection.getState().listen(true);
  }

  /** Reconnects at once instead of after the pause. */
  readonly retry = (): void => {
    this.pause = FIRST_PAUSE_MS;
    if (this.socket === null) void this.open();
  };

  private async open(): Promise<void> {
    if (this.stopped || this.socket !== null) return;
    const local = useSession.getState().status === "local";
    const token = local ? null : await freshToken().catch(() => null);
    if (this.stopped || this.socket !== null) return;
    if (!local && token === null) return this.comeBack();
    const query = this.seq === null ? "" : `?after=${this.seq}`;
    const scheme = window.location.protocol === "https:" ? "wss:" : "ws:";
    const protocols = token === null ? ["artifex"] : ["artifex", `bearer.${token}`];
    const socket = new WebSocket(`${scheme}//${window.location.host}/api/v1/events${query}`, protocols);
    this.socket = socket;
    this.askedAt = Date.now();
    socket.onmessage = (event) => this.hear(JSON.parse(event.data as string) as Message);
    socket.onclose = () => this.end(socket);
  }

  private end(socket: WebSocket): void {
    if (this.socket !== socket) return; // it was given up as dead before
    this.socket = null;
    this.comeBack();
  }

  private comeBack(): void {
    if (this.stopped) return;
    window.clearTimeout(this.waiting);
    this.waiting = window.setTimeout(() => void this.open(), this.pause);
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE_MS);
    this.failed++;
    void this.ask();
  }

  /** A broken socket does not prove that the server is gone; an unanswered request does. */
  private async ask(): Promise<void> {
    const heardAt = this.heardAt;
    try {
      const query = { state: [...LIVE], limit: PAGE };
      // On a line that swallows everything, a request would wait for minutes.
      const signal = AbortSignal.timeout(ANSWER_MS);
      const { items, next_cursor } = body(await api.GET("/api/v1/jobs", { params: { query }, signal }));
      if (this.stopped || this.heardAt !== heardAt || this.failed < MOST_FAILED) return;
      useConnection.getState().listen(false);
      this.catchUp(items, next_cursor === null);
    } catch {
      // The client has already reported a missing answer; a refusal will show where a page waits for the data.
    }
  }

  private readonly checkLine = (): void => {
    const { socket } = this;
    if (socket === null) return;
    if (this.askedAt !== null && Date.now() - this.askedAt >= ANSWER_MS) {
      socket.close();
      this.end(socket); // a browser waits long for the other side's close frame
    } else if (this.askedAt === null && socket.readyState === WebSocket.OPEN) {
      this.askedAt = Date.now();
      socket.send("ping");
    }
  };

  private hear(message: Message): void {
    this.heardAt = Date.now();
    this.askedAt = null;
    this.pause = FIRST_PAUSE_MS;
    this.failed = 0;
    useConnection.getState().heard();
    useConnection.getState().listen(true);
    if (message.type === "pong") return;
    const isFirst = this.seq === null;
    this.seq = message.seq;
    if (message.type === "snapshot") {
      const over = Object.values(useJobs.getState().byId).filter(isOver);
      this.catchUp(message.jobs, message.complete);
      // No snapshot says whether a finished job was deleted while nobody listened.
      if (!isFirst) void each(over, ({ id }) => this.fetch(id));
      this.makeUp();
    } else if (message.type === "deleted") {
      useJobs.getState().remove(message.job.id);
      void this.queries.invalidateQueries({ queryKey: ["jobs"] });
    } else if (message.type === "project") {
      useProjectNews.getState().tell(message.project);
    } else if (message.type === "resumed") {
      if (this.owesLine) void this.takeLine(open());
      this.makeUp();
    } else if (message.type === "state" || message.type === "progress") {
      this.tell(message.job, message.type); // other types are of a later server than this page
    }
  }

  private makeUp(): void {
    const owed = [...this.owed];
    this.owed.clear();
    void each(owed, (id) => this.fetch(id));
  }

  /** Takes over the live jobs. If the list is not complete, all are fetched, page by page. */
  private catchUp(live: Job[], complete: boolean): void {
    const before = open();
    void this.queries.invalidateQueries();
    this.owesLine = !complete;
    if (complete) {
      useJobs.getState().reset(live);
      this.findOut(before, new Set(live.map(({ id }) => id)));
    } else {
      useJobs.getState().put(live);
      void this.takeLine(before);
    }
  }

  /** Fetches all live jobs, of which `before` were known. */
  private async takeLine(before: readonly Job[]): Promise<void> {
    const { queryKey } = lineQuery;
    try {
      await this.queries.cancelQueries({ queryKey }); // an answer on its way may be older than the events heard
      const ids = await this.queries.fetchQuery({ ...lineQuery, staleTime: 0 });
      if (this.stopped) return;
      this.owesLine = false;
      this.findOut(before, new Set(ids));
    } catch {
      // It is tried again when the socket is back.
    }
  }

  /** Jobs that are missing from a complete list of the live ones have ended or were deleted. */
  private findOut(before: readonly Job[], live: ReadonlySet<string>): void {
    const missing = before.filter(({ id }) => !live.has(id));
    void each(missing, ({ id }) => this.fetch(id));
  }

  private tell(news: JobNews, type: "state" | "progress"): void {
    const jobs = useJobs.getState();
    if (jobs.gone.has(news.id)) return;
    const before = jobs.byId[news.id];
    const ends = type === "state" && isOver(news);
    if (before === undefined || ends || (type === "state" && isMore(before, news))) void this.fetch(news.id);
    jobs.tell(news);
    if (ends) {
      void this.queries.invalidateQueries({ queryKey: ["jobs"] });
      if (news.state === "succeeded") void this.queries.invalidateQueries({ queryKey: ["media"] });
      if (news.kind === "pull" || news.kind === "warm") void this.queries.invalidateQueries({ queryKey: ["models"] });
      this.onEnd(news);
    }
  }

  /** Fetches the whole job, of which events carry only a part. */
  private async fetch(id: string): Promise<void> {
    try {
      useJobs.getState().put([body(await api.GET("/api/v1/jobs/{job_id}", { params: { path: { job_id: id } } }))]);
    } catch (fault) {
      if (fault instanceof Fault && fault.status === 404) useJobs.getState().remove(id);
      else this.owed.add(id);
    }
  }
}

function open(): Job[] {
  return Object.values(useJobs.getState().byId).filter((job) => !isOver(job));
}

/** Whether more changed than the event says: a job was edited, a draft was continued, or an ended job was retried. */
function isMore(before: Job, news: JobNews): boolean {
  if (news.sequence <= before.sequence) return false;
  return news.state === before.state || before.state === "draft" || isOver(before);
}
