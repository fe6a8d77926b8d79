import { create } from "zustand";

/** What an event says of a project that was edited. */
export interface ProjectNews {
  id: string;
  version: number;
}

interface Projects {
  /** By project, the newest version that live events told of. */
  versions: Readonly<Record<string, number>>;
  tell: (news: ProjectNews) => void;
}

/** The projects that were edited while the page was open, here or elsewhere. */
export const useProjectNews = create<Projects>()((set) => ({
  versions: {},
  tell: ({ id, version }) => set(({ versions }) => ({ versions: { ...versions, [id]: version } })),
}));
