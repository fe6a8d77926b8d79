import { tellFault } from "@/shared/tell";
import { did } from "@/shared/undo";
import { each } from "./acts";

interface Deed {
  ids: readonly string[];
  work: (id: string) => Promise<unknown>;
  /** Takes `work` back. */
  back: (id: string) => Promise<unknown>;
  label: (count: number) => string;
}

/** Do something to many jobs, tell what was refused, and offer to take back what was done. */
export async function doToAll({ ids, work, back, label }: Deed): Promise<readonly string[]> {
  const done = await telling(ids, work);
  if (done.length > 0) {
    did({ label: label(done.length), undo: () => telling(done, back), redo: () => telling(done, work) });
  }
  return done;
}

/** Those of which it was done; the first refusal is shown, for the others are mostly the same. */
export async function telling<T>(all: readonly T[], work: (one: T) => Promise<unknown>): Promise<readonly T[]> {
  const { done, faults } = await each(all, work);
  if (faults.length > 0) tellFault(faults[0]);
  return done;
}
