import type { QueryClient } from "@tanstack/react-query";
import { api, body } from "@/shared/api/client";
import { freshToken } from "@/shared/api/tokens";
import { useConnection } from "@/shared/connection";
import { useSession } from "@/shared/session";
import { isOver, type Job, type JobNews, useJobs } from "./jobs";

type Message =
  | { type: "snapshot"; seq: number; jobs: Job[] }
  | { type: "resumed"; seq: number }
  | { type: "state" | "progress" | "deleted"; seq: number; job: JobNews }
  | { type: "pong" };

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;
const PING_MS = 20_000;
/** Without a word for so long, the line is taken for dead. */
const SILENCE_MS = 45_000;

/** Called with every job that has just come to an end. */
export type OnEnd = (news: JobNews) => void;

/**
 * Keeps the page up to date until `stop` is called: a socket, which comes back by itself after it broke and is told
 * what it missed.
 */
export class LiveEvents {
  private socket: WebSocket | null = null;
  private seq: number | null = null;
  private pause = FIRST_PAUSE_MS;
  private heardAt = 0;
  private timers: number[] = [];
  private stopped = false;

  constructor(
    private readonly queries: QueryClient,
    private readonly onEnd: OnEnd = () => {},
  ) {}

  start(): void {
    window.addEventListener("online", this.retry);
    this.timers.push(window.setInterval(this.checkLine, PING_MS));
    void this.open();
  }

  stop(): void {
    this.stopped = true;
    window.removeEventListener("online", this.retry);
    for (const timer of this.timers) window.clearTimeout(timer);
    this.socket?.close();
  }

  /** Try at once, instead of when the pause is over. */
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
    this.heardAt = Date.now();
    socket.onmessage = (event) => this.hear(JSON.parse(event.data as string) as Message);
    socket.onclose = () => {
      this.socket = null;
      this.comeBack();
    };
  }

  private comeBack(): void {
    if (this.stopped) return;
    useConnection.getState().lost();
    this.timers.push(window.setTimeout(() => void this.open(), this.pause));
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE_MS);
  }

  private readonly checkLine = (): void => {
    if (this.socket?.readyState !== WebSocket.OPEN) return;
    if (Date.now() - this.heardAt > SILENCE_MS) this.socket.close();
    else this.socket.send("ping");
  };

  private hear(message: Message): void {
    this.heardAt = Date.now();
    this.pause = FIRST_PAUSE_MS;
    useConnection.getState().heard();
    if (message.type === "pong") return;
    this.seq = message.seq;
    if (message.type === "snapshot") {
      useJobs.getState().reset(message.jobs);
      // What ended while nobody listened is in no snapshot.
      void this.queries.invalidateQueries();
    } else if (message.type === "deleted") {
      useJobs.getState().remove(message.job.id);
      void this.queries.invalidateQueries({ queryKey: ["jobs"] });
    } else if (message.type !== "resumed") {
      this.tell(message.job, message.type);
    }
  }

  private tell(news: JobNews, type: "state" | "progress"): void {
    const jobs = useJobs.getState();
    if (jobs.gone.has(news.id)) return;
    if (jobs.byId[news.id] === undefined) void this.fetch(news.id);
    jobs.tell(news);
    if (type === "state" && isOver(news)) {
      void this.fetch(news.id);
      void this.queries.invalidateQueries({ queryKey: ["jobs"] });
      if (news.state === "succeeded") void this.queries.invalidateQueries({ queryKey: ["media"] });
      if (news.kind === "pull" || news.kind === "warm") void this.queries.invalidateQueries({ queryKey: ["models"] });
      this.onEnd(news);
    }
  }

  /** The whole of a job, of which events tell only a part. */
  private async fetch(id: string): Promise<void> {
    try {
      useJobs.getState().put([body(await api.GET("/api/v1/jobs/{job_id}", { params: { path: { job_id: id } } }))]);
    } catch {
      // It was deleted meanwhile, or the line broke: then a snapshot comes.
    }
  }
}
