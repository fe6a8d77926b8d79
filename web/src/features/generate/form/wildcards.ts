/** The most prompts that wildcards expand to; nobody wants more. */
export const MOST_PROMPTS = 500;

type Node = string | Node[][];

/**
 * All prompts that a text with wildcards stands for: `a {red|blue} circle` gives two. Choices may be nested. A
 * backslash escapes the next character; braces without a bar are kept as they are, because a prompt may be JSON.
 */
export function expandWildcards(text: string, most = MOST_PROMPTS): string[] {
  const nodes = new Reader(text).sequence(false);
  return [...new Set(joined(nodes, most))];
}

export function hasWildcards(text: string): boolean {
  return new Reader(text).sequence(false).some((node) => typeof node !== "string");
}

/** The same text with its wildcard characters escaped. */
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

  /** Reads to the end of the text or, inside braces, to the next bar or closing brace. */
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
      this.at++; // past the brace or the bar
      choices.push(this.sequence(true));
    } while (this.text[this.at] === "|");
    this.at++;
    return choices.length > 1 ? [choices] : ["{", ...(choices[0] ?? []), "}"];
  }
}

/** Positions of opening braces that have a closing one; other braces are ordinary characters. */
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
