import { describe, expect, it } from "vitest";
import type { Shot } from "./project";
import { heldUp } from "./shots";

describe("shots that cannot be made yet", () => {
  const shot = (id: string, from?: string) =>
    ({ id, inputs: from === undefined ? [] : [{ role: "image", shot: from }] }) as unknown as Shot;

  it("are those that continue from one with a take to accept, whatever their order", () => {
    const shots = [shot("c", "b"), shot("b", "a"), shot("a"), shot("d")];
    expect([...heldUp(shots, { a: "take" })].sort()).toEqual(["b", "c"]);
    expect([...heldUp(shots, { d: "take" })]).toEqual([]);
  });
});
