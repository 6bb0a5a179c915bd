/** What markdown-it reads, as a tree: it answers a flat list with openings and closings. */
import type Token from "markdown-it/lib/token.mjs";

export interface Node {
  /** Without `_open`: `paragraph`, `strong`, `code_inline`. */
  readonly type: string;
  readonly token: Token;
  readonly children: readonly Node[];
}

/** What is opened and never closed reaches to the end. */
export function treeOf(tokens: readonly Token[]): Node[] {
  const root: Node[] = [];
  const open: Node[][] = [root];
  for (const token of tokens) {
    if (token.nesting < 0) {
      if (open.length > 1) open.pop();
      continue;
    }
    const children: Node[] = [];
    const type = token.type.replace(/_open$/, "");
    open.at(-1)?.push({ type, token, children });
    if (token.nesting > 0) open.push(children);
  }
  return root;
}
