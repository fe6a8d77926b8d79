import type { QueryClient } from "@tanstack/react-query";
import { Fault } from "@/shared/api/fault";
import { tellFault } from "@/shared/tell";
import { applied } from "../model/applying";
import type { Command } from "../model/commands";
import type { Change, Project } from "../model/project";
import {
  type Bridging,
  type EditAnswer,
  type Placing,
  type ProjectAnswer,
  readProject,
  sendBridgeChoice,
  sendBridging,
  sendEdits,
  sendHistory,
  sendPlacing,
} from "./calls";

export const projectKey = (id: string) => ["projects", id] as const;

/** Sends a project's edits one after another, each for the version that the one before produced. */
export class Edits {
  private last: Promise<unknown> = Promise.resolve();
  private news: Promise<unknown> = Promise.resolve();
  /** The version that the last edit from here produced. */
  private made = 0;

  constructor(
    private readonly queries: QueryClient,
    readonly id: string,
  ) {}

  /** Resolves to whether the edit was done; a refusal is shown to the user. */
  run(commands: readonly Command[]): Promise<boolean> {
    const seen = this.now()?.version ?? 0; // what was loaded from elsewhere until its turn is unknown to who edits
    return this.inTurn(() => sendEdits(this.id, commands, Math.max(seen, this.made)));
  }

  /** The same, with commands made from the project when their turn comes, as earlier edits may change it. */
  runOn(make: (project: Project) => readonly Command[]): Promise<boolean> {
    return this.inTurn(async (version, { project }) => {
      const commands = make(project);
      return commands.length === 0 ? null : await sendEdits(this.id, commands, version);
    });
  }

  place(placing: Placing): Promise<boolean> {
    return this.inTurn((version) => sendPlacing(this.id, placing, version));
  }

  bridge(bridging: Bridging): Promise<boolean> {
    return this.inTurn((version) => sendBridging(this.id, bridging, version));
  }

  /** Makes a shot start from the best of the last frames before it. */
  chooseBridge(shot: string): Promise<boolean> {
    return this.inTurn((version) => sendBridgeChoice(this.id, shot, version));
  }

  /** Loads the project if `version`, of which news came, is newer than what is here after the edits under way. */
  readonly hear = (version: number): Promise<unknown> => {
    this.news = this.news.then(async () => {
      await this.last;
      const now = this.now();
      if (now !== undefined && now.version < version) await this.reload().catch(() => {});
    });
    return this.news;
  };

  readonly undo = (): Promise<boolean> => this.travel("undo");
  readonly redo = (): Promise<boolean> => this.travel("redo");

  private travel(way: "undo" | "redo"): Promise<boolean> {
    return this.inTurn(async (version, { can_undo, can_redo }) => {
      if (way === "undo" ? !can_undo : !can_redo) return null;
      return await sendHistory(this.id, way, version);
    });
  }

  private now(): ProjectAnswer | undefined {
    return this.queries.getQueryData<ProjectAnswer>(projectKey(this.id));
  }

  private inTurn(send: (version: number, now: ProjectAnswer) => Promise<EditAnswer | null>): Promise<boolean> {
    const turn = this.last.then(async () => {
      const now = this.now();
      if (now === undefined) return false;
      try {
        const answer = await send(now.version, now);
        if (answer !== null) await this.take(answer);
        return answer !== null;
      } catch (fault) {
        tellFault(fault);
        // Another user changed the project meanwhile, or takes arrived: the page shows an old version.
        if (fault instanceof Fault && fault.code === "conflict") await this.reload().catch(() => {});
        return false;
      }
    });
    this.last = turn;
    return turn;
  }

  private async take({ change, ...standing }: EditAnswer): Promise<void> {
    this.made = standing.version;
    const now = this.now();
    if (now === undefined || standing.version <= now.version) return;
    if (standing.version > now.version + 1 || isNone(change)) return await this.reload(); // others edited it before
    try {
      const project = applied(now.project, change);
      this.queries.setQueryData<ProjectAnswer>(projectKey(this.id), {
        ...now,
        ...standing,
        name: project.name,
        project,
      });
    } catch {
      await this.reload();
    }
  }

  private async reload(): Promise<void> {
    const fresh = await readProject(this.id);
    this.queries.setQueryData<ProjectAnswer>(projectKey(this.id), (now) => newest(now, fresh));
  }
}

function isNone({ steps, shifts = [] }: Change): boolean {
  return steps.length === 0 && shifts.length === 0;
}

/** An answer that was requested before an edit may be older than the cached project. */
export function newest(now: ProjectAnswer | undefined, fresh: ProjectAnswer): ProjectAnswer {
  return now !== undefined && now.version >= fresh.version ? now : fresh;
}
