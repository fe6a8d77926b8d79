/** More prompts than this are not written out: nobody means so many. */
export const MOST_PROMPTS = 500;

type Node = string | Node[][];

/**
 * All prompts that one with wildcards stands for: `a {red|blue} circle` gives two. Choices may hold choices. A
 * backslash keeps the sign behind it as it is; braces without a bar are kept, too, for prompts may be JSON.
 */
export function expandWildcards(text: string, most = MOST_PROMPTS): string[] {
  const nodes = new Reader(text).sequence(false);
  return [...new Set(joined(nodes, most))];
}

export function hasWildcards(text: string): boolean {
  return new Reader(text).sequence(false).some((node) => typeof node !== "string");
}

/** The same text so that no sign of it is taken for a wildcard's. */
export function escapeWildcards(text: string): string {
  if (!/[{}\\]/.test(text)) return text;
  const plain = expandWildcards(text, 2);
  return plain.length === 1 && plain[0] === text ? text : text.replace(/[\\{}|]/g, "\\$&");
}

function joined(nodes: Node[], most: number): string[] {
  return nodes.reduce<string[]>(
    (heads, node) => {
      const tails = typeof node === "string" ? [node] : node.flatMap((choice) => joined(choice, most)).slice(0, most);
      return heads.flatMap((head) => tails.map((tail) => head + tail)).slice(0, most);
    },
    [""],
  );
}

class Reader {
  private at = 0;
  private readonly closed: ReadonlySet<number>;

  constructor(private readonly text: string) {
    this.closed = closedBraces(text);
  }

  /** Up to the end, or inside of braces to their next bar or end. */
  sequence(inside: boolean): Node[] {
    const nodes: Node[] = [];
    while (this.at < this.text.length) {
      const sign = this.text[this.at] ?? "";
      if (inside && (sign === "|" || sign === "}")) break;
      nodes.push(...(this.closed.has(this.at) ? this.choice() : [this.sign()]));
    }
    return nodes;
  }

  private sign(): string {
    const escaped = isEscape(this.text, this.at);
    const sign = this.text[this.at + (escaped ? 1 : 0)] ?? "";
    this.at += escaped ? 2 : 1;
    return sign;
  }

  private choice(): Node[] {
    const choices: Node[][] = [];
    do {
      this.at++; // over the brace or the bar
      choices.push(this.sequence(true));
    } while (this.text[this.at] === "|");
    this.at++;
    return choices.length > 1 ? [choices] : ["{", ...(choices[0] ?? []), "}"];
  }
}

/** Where braces open that are closed again; any other is a sign like all others. */
function closedBraces(text: string): Set<number> {
  const closed = new Set<number>();
  const open: number[] = [];
  for (let at = 0; at < text.length; at++) {
    if (isEscape(text, at)) at++;
    else if (text[at] === "{") open.push(at);
    else if (text[at] === "}") {
      const start = open.pop();
      if (start !== undefined) closed.add(start);
    }
  }
  return closed;
}

function isEscape(text: string, at: number): boolean {
  return text[at] === "\\" && /[{}|\\]/.test(text[at + 1] ?? "");
}
