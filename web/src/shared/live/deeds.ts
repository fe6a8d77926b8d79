import { tellFault } from "@/shared/tell";
import { did } from "@/shared/undo";
import { each } from "./acts";

interface Deed {
  ids: readonly string[];
  work: (id: string) => Promise<unknown>;
  /** Undoes `work`. */
  back: (id: string) => Promise<unknown>;
  label: (count: number) => string;
}

/** Does something to many jobs, shows what was refused, and offers to undo what was done. */
export async function doToAll({ ids, work, back, label }: Deed): Promise<readonly string[]> {
  const done = await telling(ids, work);
  if (done.length > 0) {
    did({ label: label(done.length), undo: () => telling(done, back), redo: () => telling(done, work) });
  }
  return done;
}

/** The items for which `work` succeeded. Only the first refusal is shown, as the others mostly say the same. */
export async function telling<T>(all: readonly T[], work: (one: T) => Promise<unknown>): Promise<readonly T[]> {
  const { done, faults } = await each(all, work);
  if (faults.length > 0) tellFault(faults[0]);
  return done;
}
