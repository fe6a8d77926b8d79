import type { Shot } from "./project";

/** Shots that continue, perhaps over others, from one whose new take is still to be accepted: they cannot be made yet. */
export function heldUp(shots: readonly Shot[], toAccept: Readonly<Record<string, string>>): ReadonlySet<string> {
  const held = new Set<string>();
  const waits = (id: unknown) => typeof id === "string" && (id in toAccept || held.has(id));
  for (let before = -1; before < held.size; ) {
    before = held.size;
    for (const { id, inputs } of shots) if (inputs.some(({ shot }) => waits(shot))) held.add(id);
  }
  return held;
}
