import { create } from "zustand";

interface Connection {
  /** `connecting` before the first answer, `lost` while the server does not answer. */
  status: "connecting" | "open" | "lost";
  /** Whether live events arrive, or may still arrive. */
  listens: boolean;
  heard: () => void;
  lost: () => void;
  listen: (listens: boolean) => void;
}

/** Whether the server is reachable, judged by the last request or live event. */
export const useConnection = create<Connection>()((set) => ({
  status: "connecting",
  listens: true,
  heard: () => set({ status: "open" }),
  lost: () => set({ status: "lost" }),
  listen: (listens) => set({ listens }),
}));
