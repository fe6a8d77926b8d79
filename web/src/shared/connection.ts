import { create } from "zustand";

interface Connection {
  /** `connecting` before anything was heard, `lost` when the server does not answer. */
  status: "connecting" | "open" | "lost";
  heard: () => void;
  lost: () => void;
}

/** Whether the server answers, as the last request or the live events found it. */
export const useConnection = create<Connection>()((set) => ({
  status: "connecting",
  heard: () => set({ status: "open" }),
  lost: () => set({ status: "lost" }),
}));
