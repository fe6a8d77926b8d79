import type { LookNode } from "./project";

/** One parameter of a node: a number, or one each for red, green and blue. */
export interface LookField {
  name: string;
  usual: number;
  least: number;
  most: number;
  step: number;
  colours: boolean;
}

const field = (name: string, usual: number, least: number, most: number, colours = false): LookField => ({
  ...{ name, usual, least, most, colours },
  step: 0.01,
});

/** The nodes with slider parameters, in useful ranges; the server accepts wider ones. */
export const NODE_FIELDS = {
  exposure: [field("stops", 0, -5, 5)],
  contrast: [field("amount", 1, 0, 3), field("pivot", 0.435, 0, 1)],
  saturation: [field("amount", 1, 0, 3)],
  temperature: [field("warmth", 0, -1, 1), field("tint", 0, -1, 1)],
  lift_gamma_gain: [field("lift", 0, -0.5, 0.5, true), field("gamma", 1, 0.2, 4, true), field("gain", 1, 0, 4, true)],
  cdl: [
    field("slope", 1, 0, 4, true),
    field("offset", 0, -0.5, 0.5, true),
    field("power", 1, 0.2, 4, true),
    field("saturation", 1, 0, 3),
  ],
  curves: [], // their points cannot be set with sliders
  lut: [field("strength", 1, 0, 1)],
} as const satisfies Record<string, readonly LookField[]>;

export type NodeKind = keyof typeof NODE_FIELDS;
export const NODE_KINDS = Object.keys(NODE_FIELDS) as NodeKind[];

export function kindOf(node: LookNode): NodeKind | null {
  return NODE_KINDS.find((kind) => kind === node.kind) ?? null;
}

export function numbersOf(node: LookNode, { name, usual, colours }: LookField): number[] {
  const value = node[name];
  if (!colours) return [typeof value === "number" ? value : usual];
  return Array.isArray(value) ? value.map(Number) : [usual, usual, usual];
}

export function withNumber(node: LookNode, field: LookField, index: number, value: number): LookNode {
  if (!field.colours) return { ...node, [field.name]: value };
  return { ...node, [field.name]: numbersOf(node, field).map((old, at) => (at === index ? value : old)) };
}

/** The chain with one node moved. */
export function movedNode(look: readonly LookNode[], from: number, to: number): LookNode[] {
  const rest = look.toSpliced(from, 1);
  const node = look[from];
  return node === undefined ? [...look] : rest.toSpliced(to, 0, node);
}
