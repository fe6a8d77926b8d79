import { afterEach, describe, expect, it, vi } from "vitest";
import { useSession } from "./session";
import { did, forgetDeeds, redo, undo, useUndo } from "./undo";

afterEach(forgetDeeds);

describe("taking back", () => {
  it("can be tried again where the studio refused it, or was gone", async () => {
    const back = vi.fn().mockRejectedValueOnce(new Error("gone")).mockResolvedValue(undefined);
    const again = vi.fn().mockRejectedValueOnce(new Error("gone")).mockResolvedValue(undefined);
    did({ label: "Deleted", undo: back, redo: again });
    await undo();
    expect(useUndo.getState()).toMatchObject({ done: [{ label: "Deleted" }], undone: [] });
    await undo();
    expect(back).toHaveBeenCalledTimes(2);
    await redo();
    expect(useUndo.getState()).toMatchObject({ done: [], undone: [{ label: "Deleted" }] });
    await redo();
    expect(again).toHaveBeenCalledTimes(2);
    expect(useUndo.getState().done).toHaveLength(1);
  });

  it("is nobody's who signs in later, also where something was under way when its person left", async () => {
    const back = () => {
      useSession.setState({ status: "signed-out" });
      forgetDeeds();
      return Promise.reject(new DOMException("given up", "AbortError"));
    };
    did({ label: "Deleted", undo: back, redo: vi.fn() });
    await undo();
    did({ label: "Deleted, too", undo: vi.fn(), redo: vi.fn() });
    expect(useUndo.getState()).toEqual({ done: [], undone: [] });
    useSession.setState({ status: "unknown" });
  });
});
