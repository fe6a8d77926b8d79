import { create } from "zustand";

interface Repairs {
  /** Jobs that repair the colour drift of clips, by the clips' assets. */
  jobs: Record<string, string>;
  begun: (asset: string, job: string) => void;
}

/** Running repairs, kept while other clips are selected. */
export const useRepairs = create<Repairs>()((set) => ({
  jobs: {},
  begun: (asset, job) => set(({ jobs }) => ({ jobs: { ...jobs, [asset]: job } })),
}));
