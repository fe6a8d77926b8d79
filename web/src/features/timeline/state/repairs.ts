import { create } from "zustand";

interface Repairs {
  /** Jobs that take back the drift of clips' colours, by the clips' assets. */
  jobs: Record<string, string>;
  begun: (asset: string, job: string) => void;
}

/** What is being repaired, kept while other clips are chosen. */
export const useRepairs = create<Repairs>()((set) => ({
  jobs: {},
  begun: (asset, job) => set(({ jobs }) => ({ jobs: { ...jobs, [asset]: job } })),
}));
