import { create } from "zustand";

/** Where a new shot goes; null where there is no such place. */
export type BridgePlace =
  | { edit: "fill_gap"; track: string | null; frame: number }
  | { edit: "extend"; after: string | null };

interface Dialogs {
  exporting: boolean;
  speed: boolean;
  bridge: BridgePlace | null;
}

const CLOSED: Dialogs = { exporting: false, speed: false, bridge: null };

export const useDialogs = create<Dialogs>()(() => CLOSED);

export const dialogs = {
  openExport: () => useDialogs.setState({ exporting: true }),
  openSpeed: () => useDialogs.setState({ speed: true }),
  openBridge: (bridge: BridgePlace) => useDialogs.setState({ bridge }),
  close: () => useDialogs.setState(CLOSED),
};
