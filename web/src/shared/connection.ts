import { create } from "zustand";

interface Connection {
  /** `connecting` before anything was heard, `lost` when the server does not answer. */
  status: "connecting" | "open" | "lost";
  /** Whether live events come, or may still come. */
  listens: boolean;
  heard: () => void;
  lost: () => void;
  listen: (listens: boolean) => void;
}

/** Whether the server answers, as the last request or the live events found it. */
export const useConnection = create<Connection>()((set) => ({
  status: "connecting",
  listens: true,
  heard: () => set({ status: "open" }),
  lost: () => set({ status: "lost" }),
  listen: (listens) => set({ listens }),
}));
