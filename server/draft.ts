/**
 * A text that is being changed step by step, and what the steps come to as changes of the
 * text that it was. Pure; knows no document.
 */
import { BUDGET_MS, difference, spentMs } from "./difference.ts";
import type { Splice } from "./revision.ts";

/** A stretch that was kept, or one that was put in. */
type Piece =
  | { readonly kind: "kept"; readonly from: number; readonly to: number }
  | { readonly kind: "new"; readonly text: string };

export class Draft {
  readonly #before: string;
  #text: string;
  #pieces: readonly Piece[];
  /** One budget for all steps. */
  readonly #deadline = spentMs() + BUDGET_MS;

  constructor(text: string) {
    this.#before = text;
    this.#text = text;
    this.#pieces = [{ kind: "kept", from: 0, to: text.length }];
  }

  /** As it is after the steps so far. */
  get text(): string {
    return this.#text;
  }

  /** Positions are UTF-16 code units of the text as it is now. */
  replace(from: number, to: number, insert: string): void {
    const left = this.#deadline - spentMs();
    // What is alike in both stays, and with it the carets that stand there.
    for (const splice of difference(this.#text.slice(from, to), insert, left).toReversed()) {
      this.#splice({ ...splice, from: from + splice.from, to: from + splice.to });
    }
  }

  /** The way from the text as it was. */
  splices(): Splice[] {
    const found: Splice[] = [];
    let [at, insert] = [0, ""];
    const add = (from: number) => {
      if (from > at || insert) found.push({ from: at, to: from, insert });
      insert = "";
    };
    for (const piece of this.#pieces) {
      if (piece.kind === "new") insert += piece.text;
      else {
        add(piece.from);
        at = piece.to;
      }
    }
    add(this.#before.length);
    return found;
  }

  #splice({ from, to, insert }: Splice): void {
    this.#text = this.#text.slice(0, from) + insert + this.#text.slice(to);
    const added: Piece[] = insert ? [{ kind: "new", text: insert }] : [];
    this.#pieces = [...this.#cut(0, from), ...added, ...this.#cut(to, Number.POSITIVE_INFINITY)];
  }

  /** The pieces between two positions. */
  #cut(from: number, to: number): Piece[] {
    const found: Piece[] = [];
    let start = 0;
    for (const piece of this.#pieces) {
      const length = lengthOf(piece);
      const [left, right] = [Math.max(0, from - start), Math.min(length, to - start)];
      if (left < right) found.push(part(piece, left, right));
      start += length;
    }
    return found;
  }
}

function lengthOf(piece: Piece): number {
  return piece.kind === "new" ? piece.text.length : piece.to - piece.from;
}

function part(piece: Piece, left: number, right: number): Piece {
  return piece.kind === "new"
    ? { kind: "new", text: piece.text.slice(left, right) }
    : { kind: "kept", from: piece.from + left, to: piece.from + right };
}
