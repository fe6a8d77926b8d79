import { create } from "zustand";

interface Dialogs {
  exporting: boolean;
  speed: boolean;
}

export const useDialogs = create<Dialogs>()(() => ({ exporting: false, speed: false }));

export const dialogs = {
  openExport: () => useDialogs.setState({ exporting: true }),
  openSpeed: () => useDialogs.setState({ speed: true }),
  close: () => useDialogs.setState({ exporting: false, speed: false }),
};
