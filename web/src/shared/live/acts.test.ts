import { describe, expect, it } from "vitest";
import { each } from "./acts";

describe("each", () => {
  it("does the work for all, never more than six at a time", async () => {
    let now = 0;
    let most = 0;
    const { done } = await each(
      Array.from({ length: 20 }, (_, index) => index),
      async () => {
        most = Math.max(most, ++now);
        await Promise.resolve();
        now--;
      },
    );
    expect(done).toHaveLength(20);
    expect(most).toBe(6);
  });

  it("goes on after a refusal, and tells of it", async () => {
    const outcome = await each(["a", "b", "c"], (one) => (one === "b" ? Promise.reject("no") : Promise.resolve()));
    expect(outcome.done.sort()).toEqual(["a", "c"]);
    expect(outcome.faults).toEqual(["no"]);
  });
});
